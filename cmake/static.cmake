# A static hale: the C library and all others are in the file, so that it runs in an empty container.

set(HALE_DEPS_DIR "" CACHE PATH "A folder with the sources or archives of openssl, nghttp2, pcre2, curl, postgresql and fmt; else they are fetched")
set(HALE_DEPS_CACHE ${CMAKE_SOURCE_DIR}/build/deps CACHE PATH "Where the built libraries are kept, for every build of this tree")

# A position-independent file of this size takes a quarter longer to start: relocations are its first work.
set(hale_static_flags -fno-pie -ffunction-sections -fdata-sections -fstack-protector-strong)

# Sets HALE_SYSTEM_ARCHIVES: whether the system's own archives of libcurl, libpq and OpenSSL make a static program. Alpine's do;
# Debian's need a GSSAPI archive that Debian does not have.
function(hale_try_system_archives)
  pkg_check_modules(hale_system QUIET libcurl libpq openssl libpcre2-8)
  set(HALE_SYSTEM_ARCHIVES OFF)
  if(hale_system_FOUND)
    try_compile(HALE_SYSTEM_ARCHIVES ${CMAKE_BINARY_DIR}/system-archives SOURCES ${CMAKE_SOURCE_DIR}/cmake/deps/try.cpp
      CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${hale_system_STATIC_INCLUDE_DIRS}" LINK_OPTIONS -static LINK_LIBRARIES ${hale_system_STATIC_LDFLAGS})
  endif()
  set(HALE_SYSTEM_ARCHIVES ${HALE_SYSTEM_ARCHIVES} CACHE INTERNAL "")
endfunction()

# hale_run_deps(<arguments of cmake>...)
function(hale_run_deps)
  execute_process(COMMAND ${CMAKE_COMMAND} ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(code)
    message(FATAL_ERROR "The libraries of a static hale could not be built; -DHALE_STATIC=OFF builds a dynamic one.\n${output}\n${errors}")
  endif()
endfunction()

# Sets hale_deps_prefix: where the libraries that cmake/deps builds are installed. Built once for one set of recipes.
function(hale_build_deps)
  list(JOIN hale_static_flags " " flags)
  # No exception passes through C: it needs no tables for that.
  set(flags "-Os ${flags} -no-pie -D_FORTIFY_SOURCE=2 -fno-asynchronous-unwind-tables")
  file(GLOB recipes ${CMAKE_SOURCE_DIR}/cmake/deps/*)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipes})
  set(sums "${flags} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${HALE_DEPS_DIR}")
  foreach(recipe ${recipes})
    file(SHA256 ${recipe} sum)
    list(APPEND sums ${sum})
  endforeach()
  string(SHA256 sum "${sums}")
  string(SUBSTRING ${sum} 0 12 name)
  set(folder ${HALE_DEPS_CACHE}/${name})
  set(hale_deps_prefix ${folder}/prefix PARENT_SCOPE)

  file(LOCK ${folder} DIRECTORY GUARD FUNCTION)
  if(EXISTS ${folder}/complete)
    return()
  endif()
  message(STATUS "Building fmt, libcurl, libpq, nghttp2, PCRE2 and OpenSSL once, into ${folder}: a few minutes")
  hale_run_deps(-S ${CMAKE_SOURCE_DIR}/cmake/deps -B ${folder} -G ${CMAKE_GENERATOR}
    -DHALE_DEPS_DIR=${HALE_DEPS_DIR} -DHALE_DEPS_FLAGS=${flags})
  hale_run_deps(--build ${folder})
  file(GLOB leftovers ${folder}/*-prefix ${folder}/sources)
  file(REMOVE_RECURSE ${leftovers})
  file(TOUCH ${folder}/complete)
endfunction()

if(NOT DEFINED HALE_SYSTEM_ARCHIVES)
  hale_try_system_archives()
endif()
if(NOT HALE_SYSTEM_ARCHIVES)
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
