for m in 0000 0200 0400 0444 0644 0666 0755 0777 1644 2755 4755 6777 7777; do echo $m > f$m; chmod $m f$m; mkdir d$m; chmod $m d$m; done
chown 1234:5678 f0644 d0755
