# SPDX-License-Identifier: Apache-2.0
# The document's operator table is what the program prints.
execute_process(COMMAND ${PROGRAM} operators OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
file(READ ${DOCUMENT} document)
string(FIND "${document}" "${table}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "${DOCUMENT} does not hold this table; paste it:\n${table}")
endif()
