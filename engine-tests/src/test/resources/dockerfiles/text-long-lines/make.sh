{ echo "# täxt in Ünicode ☃"; echo "LABEL long=$(printf 'x%.0s' {1..60000}) snowman=☃"; printf 'LABEL last=without-newline'; } >> Dockerfile
