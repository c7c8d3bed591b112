mkdir -p empty/nested/directory also-empty; touch empty-file empty/nested/file; : > last
