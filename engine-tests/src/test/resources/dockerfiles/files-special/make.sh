mkfifo pipe; mkdir d; mkfifo -m 600 d/pipe
mknod character c 1 3; mknod block b 7 300
