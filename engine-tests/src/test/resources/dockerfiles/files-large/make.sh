truncate -s 200M sparse
printf middle | dd of=sparse bs=1 seek=104857600 conv=notrunc status=none
head -c 32768 /dev/zero > exactly-32k; head -c 32769 /dev/zero > one-more; head -c 1048576 /dev/zero > exactly-1m
yes sandbox | head -c 5000000 > text
