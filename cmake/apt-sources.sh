#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints a source line for mmdebstrap: the archive this machine itself uses, with the given suite (default: its own).
#   cmake/apt-sources.sh [suite]
set -eu
. /etc/os-release
components=main
[ "$ID" != ubuntu ] || components='main universe'
archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
  awk -v own="$VERSION_CODENAME" '$2 == own {print $1; exit}')
if [ -z "$archive" ]; then
  echo "apt-sources.sh: no package lists of $VERSION_CODENAME; run 'apt-get update' first" >&2
  exit 1
fi
echo "deb $archive ${1:-$VERSION_CODENAME} $components"
