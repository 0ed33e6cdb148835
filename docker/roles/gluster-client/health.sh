#!/bin/bash
# The shared files are mounted, and answered a moment ago (run/heartbeat asks them; here it could hang).
grep -q ' /srv/files .* - fuse.glusterfs ' /proc/self/mountinfo && [ -n "$(find /run/heartbeat/answered -newermt '-6 seconds' 2>/dev/null)" ]
