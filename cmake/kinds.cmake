# Which kinds of target this hale has: all, or those that HALE_KINDS names, without the libraries that only the others need.

# Every kind, in the order of the manual. Each is defined in src/probes, in the folder of its name.
set(hale_known_kinds http grpc tcp tls postgres redis memcached amqp celery dns exec)

set(HALE_KINDS all CACHE STRING "The kinds of target to build in: all, or a list like http;tcp;exec")
set(hale_kinds ${hale_known_kinds})
set(hale_kinds_left_out)
if(NOT HALE_KINDS STREQUAL "all")
  foreach(kind ${HALE_KINDS})
    if(NOT kind IN_LIST hale_known_kinds)
      list(JOIN hale_known_kinds ", " known)
      message(FATAL_ERROR "HALE_KINDS: there is no kind ${kind}; choose from ${known}; or all")
    endif()
  endforeach()
  set(hale_kinds_left_out ${hale_known_kinds})
  list(REMOVE_ITEM hale_kinds_left_out ${HALE_KINDS})
  list(REMOVE_ITEM hale_kinds ${hale_kinds_left_out})
endif()
if(NOT hale_kinds)
  message(FATAL_ERROR "HALE_KINDS names no kind")
endif()
