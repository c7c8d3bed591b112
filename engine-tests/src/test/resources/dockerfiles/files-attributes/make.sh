mkdir d; echo x > f
setfattr -n user.one -v 1 f; setfattr -n user.empty f; setfattr -n user.directory -v "$(printf 'v%.0s' {1..500})" d
setfattr -n user.binary -v 0x00ff01 f
