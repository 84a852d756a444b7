"""What shows and reports trouble: logs, metrics, alarms, dashboard and reminder."""
