print("loading")
raise SystemExit(3)
