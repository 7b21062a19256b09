# SPDX-License-Identifier: Apache-2.0
# The README's operator table is what the program prints.
execute_process(COMMAND ${PROGRAM} operators OUTPUT_VARIABLE table COMMAND_ERROR_IS_FATAL ANY)
file(READ ${README} readme)
string(FIND "${readme}" "${table}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "README.md does not hold this table; paste it:\n${table}")
endif()
