# A static hale: the C library and all others are in the file, so that it runs in an empty container.
# Those of cmake/deps/libraries.cmake are this system's archives where they will do, else they are built once, into build/deps.

include(cmake/deps/libraries.cmake)
include(cmake/deps/sources.cmake)

set(HALE_DEPS_DIR "" CACHE PATH "A folder with sources or archives of openssl, nghttp2, pcre2, curl, postgresql and fmt, to be taken first")
set(HALE_DEPS_SUITES "trixie;release" CACHE STRING "The Debian suites asked for source packages, in this order; release is the one that runs here")
set(HALE_DEPS_CACHE ${CMAKE_SOURCE_DIR}/build/deps CACHE PATH "Where the built libraries are kept, for every build of this tree")
option(HALE_DEPS_SYSTEM "Take the system's own archive of a library where it makes a static program" ON)

# A position-independent file of this size takes a quarter longer to start: relocations are its first work.
set(hale_static_flags -fno-pie -ffunction-sections -fdata-sections -fstack-protector-strong)
# The same commit makes the same bytes wherever it is built: no path of this machine is in them.
set(hale_path_flags -ffile-prefix-map=${HALE_DEPS_CACHE}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=. -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)

# Sets HALE_SYSTEM_<name> to whether the system's own archive of that library makes a static program.
function(hale_try_system_archive name)
  list(POP_FRONT hale_${name}_try header call)
  pkg_check_modules(hale_system_${name} QUIET ${hale_${name}_module})
  if(hale_system_${name}_FOUND)
    set(source ${CMAKE_BINARY_DIR}/system/${name}.cpp)
    file(WRITE ${source} "#define PCRE2_CODE_UNIT_WIDTH 8\n#include <${header}>\nint main() { return ${call} ? 0 : 1; }\n")
    try_compile(HALE_SYSTEM_${name} ${CMAKE_BINARY_DIR}/system/${name} SOURCES ${source}
      CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${hale_system_${name}_STATIC_INCLUDE_DIRS}"
      LINK_OPTIONS -static LINK_LIBRARIES ${hale_system_${name}_STATIC_LDFLAGS})
  endif()
  set(HALE_SYSTEM_${name} ${HALE_SYSTEM_${name}} CACHE INTERNAL "")
  set(HALE_SYSTEM_${name}_VERSION "${hale_system_${name}_VERSION}" CACHE INTERNAL "")
endfunction()

# Sets hale_built to the libraries that are not taken from the system.
function(hale_choose_libraries)
  if(NOT HALE_DEPS_SYSTEM)
    set(hale_built ${hale_library_names} PARENT_SCOPE)
    return()
  endif()
  foreach(name ${hale_library_names})
    if(NOT DEFINED HALE_SYSTEM_${name})
      hale_try_system_archive(${name})
    endif()
  endforeach()
  foreach(name ${hale_library_names})
    # What the user gives is taken first.
    hale_find_given(${name} given)
    set(system_${name} ${HALE_SYSTEM_${name}})
    if(given)
      set(system_${name} OFF)
    endif()
  endforeach()
  # One program holds one OpenSSL, that of libcurl and libpq. Debian's archive of it, which would link, is 1.5 MB larger than what
  # hale needs, and neither libcurl's nor libpq's archive there makes a static program: they want a GSSAPI that has none.
  set(built)
  if(NOT (system_openssl AND system_curl AND system_postgresql))
    set(built openssl curl postgresql)
  endif()
  foreach(name nghttp2 pcre2 fmt)
    # nghttp2 is in libcurl, whoever built it.
    if(NOT system_${name} AND NOT (name STREQUAL "nghttp2" AND NOT "curl" IN_LIST built))
      list(APPEND built ${name})
    endif()
  endforeach()
  foreach(name ${hale_library_names})
    if(NOT name IN_LIST built AND system_${name})
      message(STATUS "${hale_${name}_display} ${HALE_SYSTEM_${name}_VERSION} from this system's archive")
    endif()
  endforeach()
  set(hale_built ${built} PARENT_SCOPE)
endfunction()

# Sets hale_built to `names` without those whose source cannot be had and that the system has all the same, if not as one would like.
# Stops where a library is nowhere.
function(hale_do_without names)
  hale_missing_sources("${names}" missing)
  foreach(name ${missing})
    if(HALE_DEPS_SYSTEM AND name STREQUAL "openssl" AND HALE_SYSTEM_openssl)
      hale_note_source(${name} GOT "${HALE_SYSTEM_openssl_VERSION} from this system's archive, which makes hale larger")
    elseif(HALE_DEPS_SYSTEM AND name STREQUAL "fmt" AND HALE_SYSTEM_fmt_VERSION)
      hale_note_source(${name} GOT "${HALE_SYSTEM_fmt_VERSION} from this system's headers, which makes compiling hale slower")
    else()
      file(READ ${hale_sources}/${name}.missed misses)
      string(APPEND nowhere "${misses}")
    endif()
    list(REMOVE_ITEM names ${name})
  endforeach()
  if(nowhere)
    message(FATAL_ERROR "A static hale needs libraries whose source was found nowhere:\n${nowhere}"
      "Put the sources into a folder and configure with -DHALE_DEPS_DIR=FOLDER, or build a dynamic hale with -DHALE_STATIC=OFF.")
  endif()
  set(hale_built ${names} PARENT_SCOPE)
endfunction()

# Runs `arguments` of cmake, whose output goes into `log`.
function(hale_run_deps log)
  execute_process(COMMAND ${CMAKE_COMMAND} ${ARGN} RESULT_VARIABLE code OUTPUT_FILE ${log} ERROR_FILE ${log})
  if(code)
    file(READ ${log} output)
    message(FATAL_ERROR "The libraries of a static hale could not be built; -DHALE_STATIC=OFF builds a dynamic one.\n${output}")
  endif()
endfunction()

# The pkg-config files say where the libraries were to be installed, /usr; they lie below `root`.
function(hale_relocate_pkg_config root)
  file(GLOB files ${root}/usr/lib/pkgconfig/*.pc)
  foreach(file ${files})
    file(READ ${file} text)
    string(REGEX REPLACE "(^|\n)(prefix|exec_prefix|libdir|includedir)=/usr" "\\1\\2=${root}/usr" text "${text}")
    if(file MATCHES "/libcurl\\.pc$")
      # Older versions repeat there what CMake's compiler links by itself, libgcc_s among it, which has no archive.
      string(REGEX REPLACE "\nLibs:[^\n]*" "\nLibs: -L\${libdir} -lcurl" text "${text}")
      string(REGEX REPLACE "\nLibs.private:[^\n]*" "\nLibs.private: -lnghttp2 -lssl -lcrypto" text "${text}")
    endif()
    file(WRITE ${file} "${text}")
  endforeach()
endfunction()

# Sets hale_deps_prefix: where the libraries that cmake/deps builds are installed. Built once for one set of recipes.
function(hale_build_deps)
  list(JOIN hale_static_flags " " flags)
  # No exception passes through C: it needs no tables for that.
  set(flags "-Os ${flags} -no-pie -D_FORTIFY_SOURCE=2 -fno-asynchronous-unwind-tables")
  # Where a source is looked for changes nothing in what is made of it.
  set(recipes CMakeLists.txt install-libpq)
  list(TRANSFORM recipes PREPEND ${CMAKE_SOURCE_DIR}/cmake/deps/)
  list(APPEND recipes ${CMAKE_TOOLCHAIN_FILE})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipes})
  set(sums "${flags} ${CMAKE_CXX_COMPILER} ${CMAKE_CXX_COMPILER_VERSION} ${HALE_DEPS_DIR} ${HALE_DEPS_SUITES} ${hale_built}")
  foreach(recipe ${recipes})
    file(SHA256 ${recipe} sum)
    list(APPEND sums ${sum})
  endforeach()
  string(SHA256 sum "${sums}")
  string(SUBSTRING ${sum} 0 12 name)
  set(folder ${HALE_DEPS_CACHE}/${name})
  set(hale_deps_prefix ${folder}/root/usr PARENT_SCOPE)
  set(hale_sources ${folder}/sources)

  file(LOCK ${folder} DIRECTORY GUARD FUNCTION)
  if(EXISTS ${folder}/complete)
    file(READ ${folder}/complete taken)
    string(STRIP "${taken}" taken)
    string(REPLACE "\n" "\n-- " taken "${taken}")
    message(STATUS "${taken}")
    return()
  endif()
  file(MAKE_DIRECTORY ${hale_sources})
  set(wanted ${hale_built})
  hale_fetch_sources("${wanted}")
  hale_do_without("${wanted}")
  message(STATUS "Building these libraries once, into ${folder}: a few minutes")
  list(JOIN hale_built "," built)
  hale_run_deps(${folder}/configure.log -S ${CMAKE_SOURCE_DIR}/cmake/deps -B ${folder} -G ${CMAKE_GENERATOR}
    -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TOOLCHAIN_FILE} -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
    -DHALE_DEPS_BUILT=${built} -DHALE_DEPS_FLAGS=${flags})
  hale_run_deps(${folder}/build.log --build ${folder})
  hale_relocate_pkg_config(${folder}/root)
  foreach(name ${wanted})
    file(READ ${hale_sources}/${name}.taken line)
    string(APPEND taken "${line}")
  endforeach()
  file(GLOB leftovers ${folder}/*-prefix ${folder}/sources)
  file(REMOVE_RECURSE ${leftovers})
  file(WRITE ${folder}/complete "${taken}")
endfunction()

hale_choose_libraries()
if(hale_built)
  hale_build_deps()
  if(NOT hale_deps_prefix STREQUAL HALE_DEPS_FOUND)
    # What pkg-config said of another set of libraries is forgotten.
    get_cmake_property(cached CACHE_VARIABLES)
    list(FILTER cached INCLUDE REGEX "^(__pkg_config_checked_|pkgcfg_lib_)hale_")
    foreach(variable ${cached})
      unset(${variable} CACHE)
    endforeach()
    set(HALE_DEPS_FOUND ${hale_deps_prefix} CACHE INTERNAL "")
  endif()
  set(ENV{PKG_CONFIG_PATH} "${hale_deps_prefix}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
endif()
# From here on only archives are found, with what they need themselves.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
list(APPEND PKG_CONFIG_ARGN --static)
