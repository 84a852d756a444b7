"""Runs `playlake run` at fixed times: with systemd, launchd, cron or the Windows Task Scheduler."""
