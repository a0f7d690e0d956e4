# The libraries of hale, each with the oldest version known to work. If one is missing, the error message names its Debian package.

find_package(PkgConfig QUIET)
if(NOT PKG_CONFIG_FOUND)
  message(FATAL_ERROR "hale needs pkg-config to find its libraries; on Debian: apt-get install pkg-config")
endif()

if(HALE_STATIC)
  include(cmake/static.cmake)
endif()

add_library(hale_libraries INTERFACE)

# hale_needs(<pkg-config module> <minimum> <Debian package> [KINDS <kind>... FOLDERS <folder>...])
# A library with KINDS is only needed if at least one of these kinds is built. Otherwise the sources in src/FOLDERS are not built either.
function(hale_needs module minimum package)
  cmake_parse_arguments(only "" "" "KINDS;FOLDERS" ${ARGN})
  if(only_KINDS)
    list(REMOVE_ITEM only_KINDS ${hale_kinds_left_out})
    if(NOT only_KINDS)
      foreach(folder ${only_FOLDERS})
        list(FILTER hale_sources EXCLUDE REGEX "^${CMAKE_CURRENT_SOURCE_DIR}/src/${folder}/")
      endforeach()
      set(hale_sources ${hale_sources} PARENT_SCOPE)
      return()
    endif()
  endif()
  string(MAKE_C_IDENTIFIER "hale_${module}" found)
  pkg_check_modules(${found} QUIET IMPORTED_TARGET ${module}>=${minimum})
  if(NOT ${found}_FOUND)
    message(FATAL_ERROR "hale needs ${module} ${minimum} or newer; on Debian: apt-get install ${package}")
  endif()
  message(STATUS "${module} ${${found}_VERSION}")
  target_link_libraries(hale_libraries INTERFACE PkgConfig::${found})
endfunction()

# hale_needs_header(<name> <header> <regular expression with the version number in \1> <minimum> <Debian package>)
function(hale_needs_header name header expression minimum package)
  string(MAKE_C_IDENTIFIER "hale_${name}_dir" dir)
  find_path(${dir} ${header})
  if(${dir})
    file(STRINGS ${${dir}}/${header} lines)
    string(REGEX MATCH "${expression}" ignored "${lines}")
    # Boost-style version number: 102201 means 1.22.1.
    math(EXPR major "${CMAKE_MATCH_1} / 100000")
    math(EXPR minor "${CMAKE_MATCH_1} / 100 % 1000")
    math(EXPR patch "${CMAKE_MATCH_1} % 100")
    set(version ${major}.${minor}.${patch})
  endif()
  if(NOT ${dir} OR version VERSION_LESS minimum)
    message(FATAL_ERROR "hale needs ${name} ${minimum} or newer; on Debian: apt-get install ${package}")
  endif()
  message(STATUS "${name} ${version}")
endfunction()

if(HALE_STATIC AND NOT HALE_SYSTEM_fmt AND NOT EXISTS ${hale_deps_prefix}/lib/libfmt.a)
  find_package(fmt 9.1 REQUIRED)
  target_link_libraries(hale_libraries INTERFACE fmt::fmt-header-only)
else()
  hale_needs(fmt 9.1 libfmt-dev)
endif()
hale_needs(libcurl 7.88 libcurl4-openssl-dev KINDS http grpc FOLDERS probes/http probes/grpc probes/common/http)
hale_needs(libpq 15 libpq-dev KINDS postgres FOLDERS probes/postgres)
hale_needs(expat 2.5 libexpat1-dev KINDS postgres FOLDERS migrations)
hale_needs(yaml-0.1 0.2.5 libyaml-dev KINDS postgres FOLDERS migrations)
hale_needs(hiredis 0.14 libhiredis-dev KINDS redis celery FOLDERS probes/redis probes/celery)
hale_needs(libcares 1.18 libc-ares-dev KINDS dns FOLDERS probes/dns)
hale_needs(openssl 3.0 libssl-dev)
hale_needs(libpcre2-8 10.42 libpcre2-dev)
hale_needs(CLI11 2.1.2 libcli11-dev)
hale_needs(nlohmann_json 3.11.2 nlohmann-json3-dev)
hale_needs_header(asio asio/version.hpp "define ASIO_VERSION ([0-9]+)" 1.22.1 libasio-dev)

find_package(Threads REQUIRED)
target_link_libraries(hale_libraries INTERFACE Threads::Threads)
target_compile_definitions(hale_libraries INTERFACE
  ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_SEPARATE_COMPILATION
  # Otherwise the allocator that asio uses depends on which standard headers a file includes before it.
  ASIO_DISABLE_STD_ALIGNED_ALLOC)

# Compiler flags for hale's own sources.
add_library(hale_flags INTERFACE)
target_compile_options(hale_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 wrongly warns that operator new and delete of coroutine frames do not match.
  target_compile_options(hale_flags INTERFACE -Wno-mismatched-new-delete)
else()
  # clang 14 supports coroutines but does not define the macros that asio checks.
  target_compile_definitions(hale_flags INTERFACE ASIO_HAS_CO_AWAIT=1 ASIO_HAS_STD_COROUTINE=1)
endif()
if(HALE_SANITIZE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "HALE_SANITIZE needs clang; use the preset asan; on Debian: apt-get install clang libclang-rt-14-dev")
  endif()
  # The vptr check opens two file descriptors. It reports a false error if the process has no free descriptors.
  target_compile_options(hale_flags INTERFACE
    -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize=function,vptr -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(hale_flags INTERFACE -fsanitize=address,undefined)
endif()
