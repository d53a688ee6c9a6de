# SPDX-License-Identifier: Apache-2.0
"""What people see: indented text and aligned tables."""

INDENT = "    "


def say(text=""):
    """Prints text indented under the step's title."""
    for line in str(text).splitlines() or [""]:
        print(INDENT + line, flush=True)


def table(headings, rows):
    """Prints rows in columns as wide as needed; numbers stand right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(headings), *cells]) for column in range(len(headings))]
    say("  ".join(heading.ljust(width) for heading, width in zip(headings, widths)).rstrip())
    for row in cells:
        say("  ".join(cell.rjust(width) if cell.isdigit() else cell.ljust(width)
                      for cell, width in zip(row, widths)).rstrip())
    if not cells:
        say("(none)")


def sessions_table(sessions):
    """Sessions as REST gives them."""
    def end(address):
        text = address["address"]
        return f"[{text}]:{address['port']}" if ":" in text else f"{text}:{address['port']}"

    table(("id", "proto", "state", "client", "pool", "server", "6>4", "4>6", "ends in", "flows",
           "in switch"),
          [(s["id"], s["protocol"], s["state"], end(s["client"]), end(s["pool"]), end(s["remote4"]),
            s["packets6to4"], s["packets4to6"], f"{s['expiresInMillis'] / 1000:.1f} s", s["flows"], s["offload"])
           for s in sessions])


def flows_table(flows, tables):
    """Flows in the order of tables and priorities; tables: ids by name."""
    names = {number: name for name, number in tables.items()}
    table(("table", "prio", "packets", "idle", "match", "actions"),
          [(names.get(f.table, f.table), f.priority, f.packets, f.idle_timeout_seconds or "-", f.match or "(any)",
            f.actions) for f in sorted(flows, key=lambda f: (f.table, -f.priority, f.match))])
