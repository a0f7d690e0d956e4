# A static hale contains all libraries, including the C library, and runs in an empty container.
# The libraries in cmake/deps/libraries.cmake come from archives of the system where these are suitable. Otherwise they are built once, in
# build/deps.

include(cmake/deps/libraries.cmake)
include(cmake/deps/sources.cmake)

set(HALE_DEPS_DIR "" CACHE PATH "Directory with sources or archives of openssl, nghttp2, pcre2, curl, postgresql and fmt; takes precedence")
set(HALE_DEPS_SUITES "trixie;release" CACHE STRING
  "Debian suites to get source packages from, in this order; release means the release of this machine")
set(HALE_DEPS_CACHE ${CMAKE_SOURCE_DIR}/build/deps CACHE PATH "Directory of the built libraries, shared by all builds of this source tree")
option(HALE_DEPS_SYSTEM "Use the static archives of the system where they are suitable" ON)

# A position-independent binary of this size takes 25 % longer to start because of its relocations.
set(hale_static_flags -fno-pie -ffunction-sections -fdata-sections -fstack-protector-strong)
# Reproducible builds: remove the paths of this machine from the binary.
set(hale_path_flags -ffile-prefix-map=${HALE_DEPS_CACHE}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=. -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)

# Sets HALE_SYSTEM_<name> to true if a static program links with the system's archive of that library.
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

# Sets hale_built to the libraries to build; the others come from the system.
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
    # Sources in HALE_DEPS_DIR take precedence over the system.
    hale_find_local_sources(${name} local_sources)
    set(system_${name} ${HALE_SYSTEM_${name}})
    if(local_sources)
      set(system_${name} OFF)
    endif()
  endforeach()
  # libcurl and libpq must use the same OpenSSL as hale, so either all three come from the system or none. On Debian, libcurl and libpq
  # cannot be linked statically because GSSAPI has no static archive. Debian's OpenSSL can, but is 1.5 MB larger than ours.
  set(built)
  if(NOT (system_openssl AND system_curl AND system_postgresql))
    set(built openssl curl postgresql)
  endif()
  foreach(name nghttp2 pcre2 fmt)
    # Only libcurl uses nghttp2, so it is built only together with libcurl.
    if(NOT system_${name} AND NOT (name STREQUAL "nghttp2" AND NOT "curl" IN_LIST built))
      list(APPEND built ${name})
    endif()
  endforeach()
  foreach(name ${hale_library_names})
    if(NOT name IN_LIST built AND system_${name})
      message(STATUS "${hale_${name}_display} ${HALE_SYSTEM_${name}_VERSION} from the archive of the system")
    endif()
  endforeach()
  set(hale_built ${built} PARENT_SCOPE)
endfunction()

# Handles the libraries in `names` whose source was not found: falls back to a less suitable copy of the system, or fails if there is none.
# Sets hale_built to the libraries that can be built.
function(hale_use_fallbacks names)
  hale_missing_sources("${names}" missing)
  foreach(name ${missing})
    if(HALE_DEPS_SYSTEM AND name STREQUAL "openssl" AND HALE_SYSTEM_openssl)
      hale_record_source(${name} GOT "${HALE_SYSTEM_openssl_VERSION} from the archive of the system, which makes hale larger")
    elseif(HALE_DEPS_SYSTEM AND name STREQUAL "fmt" AND HALE_SYSTEM_fmt_VERSION)
      hale_record_source(${name} GOT "${HALE_SYSTEM_fmt_VERSION} from the headers of the system, which makes compiling hale slower")
    else()
      file(READ ${hale_sources}/${name}.missed attempts)
      string(APPEND not_found "${attempts}")
    endif()
    list(REMOVE_ITEM names ${name})
  endforeach()
  if(not_found)
    message(FATAL_ERROR "No source was found for libraries that a static hale needs:\n${not_found}"
      "Put the sources into a directory and use -DHALE_DEPS_DIR=DIRECTORY, or build a dynamic hale with -DHALE_STATIC=OFF.")
  endif()
  set(hale_built ${names} PARENT_SCOPE)
endfunction()

# hale_run_deps(<log> <arguments of cmake>...): runs cmake and writes its output to the log.
function(hale_run_deps log)
  execute_process(COMMAND ${CMAKE_COMMAND} ${ARGN} RESULT_VARIABLE code OUTPUT_FILE ${log} ERROR_FILE ${log})
  if(code)
    file(READ ${log} output)
    message(FATAL_ERROR "Cannot build the libraries of a static hale; use -DHALE_STATIC=OFF to build a dynamic hale.\n${output}")
  endif()
endfunction()

# Corrects the paths in the pkg-config files: the libraries are configured for /usr but installed in `root`/usr.
function(hale_relocate_pkg_config root)
  file(GLOB files ${root}/usr/lib/pkgconfig/*.pc)
  foreach(file ${files})
    file(READ ${file} text)
    string(REGEX REPLACE "(^|\n)(prefix|exec_prefix|libdir|includedir)=/usr" "\\1\\2=${root}/usr" text "${text}")
    if(file MATCHES "/libcurl\\.pc$")
      # Older versions of curl also list the implicit libraries of the compiler. One of them, libgcc_s, has no static archive.
      string(REGEX REPLACE "\nLibs:[^\n]*" "\nLibs: -L\${libdir} -lcurl" text "${text}")
      string(REGEX REPLACE "\nLibs.private:[^\n]*" "\nLibs.private: -lnghttp2 -lssl -lcrypto" text "${text}")
    endif()
    file(WRITE ${file} "${text}")
  endforeach()
endfunction()

# Builds the libraries with cmake/deps and sets hale_deps_prefix to where they are installed. Builds again only if
# the compiler, the flags, the recipes, the list of libraries, HALE_DEPS_DIR or HALE_DEPS_SUITES change.
function(hale_build_deps)
  list(JOIN hale_static_flags " " flags)
  # The C libraries need no unwind tables because no exception passes through them.
  set(flags "-Os ${flags} -no-pie -D_FORTIFY_SOURCE=2 -fno-asynchronous-unwind-tables")
  # sources.cmake and fetch-debian are not recipes: they do not change what is built from a source.
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
    file(READ ${folder}/complete summary)
    string(STRIP "${summary}" summary)
    string(REPLACE "\n" "\n-- " summary "${summary}")
    message(STATUS "${summary}")
    return()
  endif()
  file(MAKE_DIRECTORY ${hale_sources})
  set(requested ${hale_built})
  hale_fetch_sources("${requested}")
  hale_use_fallbacks("${requested}")
  message(STATUS "Building these libraries once, in ${folder}; this takes a few minutes")
  list(JOIN hale_built "," built)
  hale_run_deps(${folder}/configure.log -S ${CMAKE_SOURCE_DIR}/cmake/deps -B ${folder} -G ${CMAKE_GENERATOR}
    -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TOOLCHAIN_FILE} -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
    -DHALE_DEPS_BUILT=${built} -DHALE_DEPS_FLAGS=${flags})
  hale_run_deps(${folder}/build.log --build ${folder})
  hale_relocate_pkg_config(${folder}/root)
  foreach(name ${requested})
    file(READ ${hale_sources}/${name}.taken line)
    string(APPEND summary "${line}")
  endforeach()
  file(GLOB leftovers ${folder}/*-prefix ${folder}/sources)
  file(REMOVE_RECURSE ${leftovers})
  file(WRITE ${folder}/complete "${summary}")
endfunction()

# Sets HALE_PCRE2_WITHOUT_JIT to whether cmake/pcre2_without_jit.cpp can replace the JIT compiler of the system's PCRE2.
function(hale_check_pcre2_without_jit)
  if(NOT DEFINED HALE_PCRE2_WITHOUT_JIT)
    try_compile(HALE_PCRE2_WITHOUT_JIT ${CMAKE_BINARY_DIR}/system/pcre2_without_jit
      SOURCES ${CMAKE_SOURCE_DIR}/cmake/pcre2_without_jit.cpp ${CMAKE_SOURCE_DIR}/cmake/pcre2_without_jit_check.cpp
      CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${hale_system_pcre2_STATIC_INCLUDE_DIRS}"
      LINK_OPTIONS -static LINK_LIBRARIES ${hale_system_pcre2_STATIC_LDFLAGS})
  endif()
endfunction()

hale_choose_libraries()
if(NOT "pcre2" IN_LIST hale_built)
  hale_check_pcre2_without_jit()
endif()
if(hale_built)
  hale_build_deps()
  if(NOT hale_deps_prefix STREQUAL HALE_DEPS_FOUND)
    # Discard cached pkg-config results for a different set of libraries.
    get_cmake_property(cached CACHE_VARIABLES)
    list(FILTER cached INCLUDE REGEX "^(__pkg_config_checked_|pkgcfg_lib_)hale_")
    foreach(variable ${cached})
      unset(${variable} CACHE)
    endforeach()
    set(HALE_DEPS_FOUND ${hale_deps_prefix} CACHE INTERNAL "")
  endif()
  set(ENV{PKG_CONFIG_PATH} "${hale_deps_prefix}/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
endif()
# From here on, find only static archives, and link their own dependencies too.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
list(APPEND PKG_CONFIG_ARGN --static)
