# The kinds of target to build. By default all of them. HALE_KINDS selects some; libraries that only the others need are not linked.

# All kinds, in the order of the manual. Each is defined in src/probes/KIND.
set(hale_all_kinds http grpc tcp tls postgres redis memcached amqp celery dns exec)

set(HALE_KINDS all CACHE STRING "Kinds of target to build: all, or a list such as http;tcp;exec")
set(hale_kinds ${hale_all_kinds})
set(hale_kinds_left_out)
if(NOT HALE_KINDS STREQUAL "all")
  foreach(kind ${HALE_KINDS})
    if(NOT kind IN_LIST hale_all_kinds)
      list(JOIN hale_all_kinds ", " known)
      message(FATAL_ERROR "HALE_KINDS: there is no kind ${kind}; choose from ${known}, or use all")
    endif()
  endforeach()
  set(hale_kinds_left_out ${hale_all_kinds})
  list(REMOVE_ITEM hale_kinds_left_out ${HALE_KINDS})
  list(REMOVE_ITEM hale_kinds ${hale_kinds_left_out})
endif()
if(NOT hale_kinds)
  message(FATAL_ERROR "HALE_KINDS is empty; use all, or a list such as http;tcp;exec")
endif()
