"""The services as processes of this machine: started, watched, asked and stopped."""
