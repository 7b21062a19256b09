# SPDX-License-Identifier: Apache-2.0
# Reads GCC's listing of -fdump-rtl-loop2_doloop: prints the functions of the namespace coinfer in which loops are counted.
# The test's own functions, which nothing protects, are in every listing.
/^;; Function / { name = $0; ours = /^;; Function coinfer::/; ++count }
/Inserting doloop pattern/ && ours { print name; wrong = 1 }
END { print count + 0 " functions"; exit wrong || count == 0 }
