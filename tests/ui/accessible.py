# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program tells the accessibility bus, ten times as fast as asking one object after the other for one property after the
other. The methods are those of Atspi.Accessible; states and values are asked for anew."""

import contextlib

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = "/org/a11y/atspi/accessible/root"
BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
PROPERTIES = "org.freedesktop.DBus.Properties"
SECONDS = 10
MENU_ROLES = (Atspi.Role.MENU_ITEM, Atspi.Role.CHECK_MENU_ITEM, Atspi.Role.RADIO_MENU_ITEM)


class Bus:
    """The accessibility bus of this session."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        session.set_exit_on_close(False)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                    Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

    def call(self, name, path, interface, method, signature=None, *arguments):
        variant = GLib.Variant(signature, arguments) if signature else None
        return self.connection.call_sync(name, path, interface, method, variant, None, Gio.DBusCallFlags.NONE,
                                         SECONDS * 1000, None).unpack()

    def applications(self):
        """The names on the bus of all that show something. Only the registry's are ready: asked earlier, GTK 4.8 complains."""
        return [name for name, _path in self.call("org.a11y.atspi.Registry", ROOT, "org.a11y.atspi.Accessible", "GetChildren")[0]]

    def find(self, pid):
        """The name on the bus of a process, or None."""
        for name in self.applications():
            with contextlib.suppress(GLib.Error):  # it went away
                if self.call(*BUS, "GetConnectionUnixProcessID", "(s)", name)[0] == pid:
                    return name
        return None

    def _call_all(self, calls, answer):
        """Makes many calls (name, path, interface, method) at once. What went away meanwhile has no answer."""
        context = GLib.MainContext.new()
        context.push_thread_default()
        left = [len(calls)]

        def done(connection, result, path):
            left[0] -= 1
            with contextlib.suppress(GLib.Error):
                answer(path, connection.call_finish(result).unpack()[0])

        for name, path, interface, method in calls:
            self.connection.call(name, path, interface, method, None, None, Gio.DBusCallFlags.NONE, SECONDS * 1000, None, done, path)
        while left[0] > 0:
            context.iteration(True)
        context.pop_thread_default()

    def tree(self, name):
        """The root of all objects of a program. Its cache tells only of those that somebody has asked for."""
        children = {}
        level = [ROOT]
        while level:
            self._call_all([(name, path, "org.a11y.atspi.Accessible", "GetChildren") for path in level],
                           lambda path, refs: children.update({path: [ref[1] for ref in refs]}))
            level = [child for path in level for child in children.get(path, ())]
        rows = self.call(name, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems")[0]
        items = {row[0][1]: Item(self, row) for row in rows}
        for path, paths in children.items():
            if path in items:
                items[path].children = [items[child] for child in paths if child in items]
                for child in items[path].children:
                    child.parent = items[path]
        for item in items.values():
            if not item.name and item.role in MENU_ROLES:
                with contextlib.suppress(GLib.Error):  # it went away
                    item.name = item.ask_label()
        return items.get(ROOT)


class StateSet:
    """The states of an object at one moment."""

    def __init__(self, words):
        self.bits = words[0] | words[1] << 32

    def contains(self, state):
        return bool(self.bits >> int(state) & 1)


class Item:
    """One object, as it was when the tree was read."""

    def __init__(self, bus, row):
        self.bus = bus
        self.owner, self.path = row[0]
        self.name, self.role = row[6], Atspi.Role(row[7])
        self.states = StateSet(row[9])
        self.parent = None
        self.children = []

    def _ask(self, interface, method, signature=None, *arguments):
        return self.bus.call(self.owner, self.path, interface, method, signature, *arguments)

    def ask_label(self):
        """What labels an item of a menu: newer GTKs tell only that, and the label is in no list of children."""
        for kind, targets in self._ask("org.a11y.atspi.Accessible", "GetRelationSet")[0]:
            if kind == int(Atspi.RelationType.LABELLED_BY):
                return self.bus.call(*targets[0], "org.a11y.atspi.Text", "GetText", "(ii)", 0, -1)[0]
        return ""

    def get_role(self):
        return self.role

    def get_role_name(self):
        return self.role.value_nick

    def get_name(self):
        return self.name

    def get_description(self):
        return self._ask(PROPERTIES, "Get", "(ss)", "org.a11y.atspi.Accessible", "Description")[0]

    def get_parent(self):
        return self.parent

    def get_child_count(self):
        return len(self.children)

    def get_child_at_index(self, index):
        return self.children[index]

    def get_state_set(self):
        return StateSet(self._ask("org.a11y.atspi.Accessible", "GetState")[0])

    def get_n_actions(self):
        return self._ask(PROPERTIES, "Get", "(ss)", "org.a11y.atspi.Action", "NActions")[0]

    def do_action(self, index=0):
        self._ask("org.a11y.atspi.Action", "DoAction", "(i)", index)

    def get_extents(self):
        """Left, top, width and height, in the window."""
        return self._ask("org.a11y.atspi.Component", "GetExtents", "(u)", 1)[0]

    def get_text(self):
        return self._ask("org.a11y.atspi.Text", "GetText", "(ii)", 0, -1)[0]

    def get_value(self):
        return self._ask(PROPERTIES, "Get", "(ss)", "org.a11y.atspi.Value", "CurrentValue")[0]

    def set_value(self, value):
        self._ask(PROPERTIES, "Set", "(ssv)", "org.a11y.atspi.Value", "CurrentValue", GLib.Variant("d", value))
