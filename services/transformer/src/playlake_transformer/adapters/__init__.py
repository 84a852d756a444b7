"""The world behind the ports: AWS, processes, the clock."""
