"""The addresses. Those that read answer JSON to a program, and a page to a browser."""
