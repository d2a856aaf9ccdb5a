/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-machine-error.h"
#include "nb-machine-stored.h"
#include "nb-machine-xml.h"

static void
assert_escaped (const char *text, const char *expected)
{
  g_autofree char *escaped = nb_machine_stored_escape (text);
  g_autofree char *again = nb_machine_stored_escape (escaped);

  g_assert_cmpstr (escaped, ==, expected);
  g_assert_cmpstr (again, ==, expected);
}

static void
test_escape (void)
{
  assert_escaped ("<a b='one\ntwo\tthree\r'>\n\t<c/>\r\n</a>", "<a b='one&#10;two&#9;three&#13;'>\n\t<c/>&#13;\n</a>");
  /* Between attributes it is white space, and a quote of the other kind ends nothing. */
  assert_escaped ("<a\n\tb=\"it's\n\"\n c='\"\n\"'/>", "<a\n\tb=\"it's&#10;\"\n c='\"&#10;\"'/>");
  assert_escaped ("<a b='x > y\n'>z</a>", "<a b='x > y&#10;'>z</a>");
  /* No references in comments, CDATA and instructions. */
  assert_escaped ("<?p a='\n'?><a><!-- '\n' \r--><![CDATA[<b c='\n\r'>]]>\r</a>",
                  "<?p a='\n'?><a><!-- '\n' \r--><![CDATA[<b c='\n\r'>]]>&#13;</a>");
  /* What is cut off stays cut off. */
  assert_escaped ("<a b='\n", "<a b='&#10;");
  assert_escaped ("<!-- \r", "<!-- \r");
  assert_escaped ("", "");
}

#define DOMAIN(content) "<domain type='kvm'><name>a</name><vcpu>4</vcpu>" content "</domain>"

static void
assert_differences (const char *a, const char *b, const char *expected)
{
  g_auto (GStrv) differences = nb_machine_stored_compare (a, b);
  g_autofree char *names = differences != NULL ? g_strjoinv (" ", differences) : NULL;

  g_assert_cmpstr (names, ==, expected);
}

static void
test_same (void)
{
  /* White space between elements, the order of attributes, quotes and how a character is written mean nothing. */
  assert_differences (DOMAIN ("<os a='1' b='2'><boot/></os>"),
                      DOMAIN ("\n  <os b=\"2\" a='1'>\n    <boot></boot>\n  </os>"), NULL);
  assert_differences (DOMAIN ("<os a='1&#10;2'>x&#13;y</os>"), DOMAIN ("<os a='1\n2'>x\ry</os>"), NULL);
  /* What Nestbox changes is judged elsewhere. */
  assert_differences (DOMAIN ("<cpu mode='host-model'/>"), DOMAIN ("<vcpus><vcpu id='0'/></vcpus>"), NULL);
  assert_differences (DOMAIN ("<features><acpi/></features>"),
                      DOMAIN ("<features><acpi/><hyperv mode='custom'/></features>"), NULL);
  assert_differences (DOMAIN (""), DOMAIN ("<features><hyperv mode='custom'/></features>"), NULL);
  assert_differences (DOMAIN ("<clock offset='utc'/>"),
                      DOMAIN ("<clock offset='utc'><timer name='hypervclock' present='yes'/></clock>"), NULL);
  /* Pins and schedulers of single vCPUs are compared with what Nestbox changes. */
  assert_differences (DOMAIN ("<cputune><vcpupin vcpu='4' cpuset='1'/></cputune>"), DOMAIN (""), NULL);
  g_assert_false (
    nb_machine_xml_stored (DOMAIN ("<cputune><vcpupin vcpu='4' cpuset='1'/></cputune>"), DOMAIN ("<cputune/>")));
}

static void
test_different (void)
{
  assert_differences (DOMAIN ("<description>a b</description>"), DOMAIN ("<description>a  b</description>"),
                      "description");
  assert_differences (DOMAIN ("<description>x&#13;y</description>"), DOMAIN ("<description>x\ny</description>"),
                      "description");
  assert_differences (DOMAIN ("<title>t</title>"), DOMAIN (""), "title");
  assert_differences (DOMAIN (""), DOMAIN ("<title>t</title>"), "title");
  assert_differences (DOMAIN ("<cputune><shares>2</shares></cputune>"), DOMAIN (""), "cputune");
  assert_differences (DOMAIN ("<features><acpi/></features>"), DOMAIN ("<features><apic/></features>"),
                      "features/acpi features/apic");
  assert_differences (DOMAIN ("<clock offset='utc'/>"), DOMAIN ("<clock offset='localtime'/>"), "clock");
  assert_differences (DOMAIN ("<devices><disk a='1'/><disk a='2'/><video/></devices>"),
                      DOMAIN ("<devices><disk a='1'/><disk a='3'/><video/></devices>"), "devices/disk");
  /* The order of disks means something, that of different elements does not. */
  assert_differences (DOMAIN ("<devices><disk a='1'/><disk a='2'/></devices>"),
                      DOMAIN ("<devices><disk a='2'/><disk a='1'/></devices>"), "devices/disk");
  assert_differences (DOMAIN ("<devices><disk/><video/></devices>"), DOMAIN ("<devices><video/><disk/></devices>"),
                      NULL);
  assert_differences (
    "<domain type='kvm' xmlns:q='u'><q:commandline><q:arg value='one&#10;two'/></q:commandline></domain>",
    "<domain type='kvm' xmlns:q='u'><q:commandline><q:arg value='one two'/></q:commandline></domain>",
    "q:commandline/q:arg");
  /* The same prefix for something else. */
  assert_differences ("<domain xmlns:q='u'><q:a/></domain>", "<domain xmlns:q='v'><q:a/></domain>", "q:a");
  assert_differences ("<domain type='kvm'/>", "<domain type='qemu'/>", "domain");
  assert_differences ("<domain/>", "<domain", "domain");
}

static void
test_uuid (void)
{
  static const char uuid[] = "2f6c3d0c-26a1-4e5b-9b5e-7b9a5a0f1c11";
  g_autofree char *own = g_strdup_printf ("<domain><uuid>%s</uuid></domain>", uuid);
  g_autoptr (GError) error = NULL;

  g_assert_true (nb_machine_stored_has_uuid (own, uuid, &error));
  g_assert_no_error (error);
  g_assert_false (nb_machine_stored_has_uuid (own, "2f6c3d0c-26a1-4e5b-9b5e-7b9a5a0f1c12", &error));
  g_assert_error (error, NB_MACHINE_ERROR, NB_MACHINE_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (nb_machine_stored_has_uuid ("<domain/>", uuid, &error));
  g_clear_error (&error);
  g_assert_false (nb_machine_stored_has_uuid ("", uuid, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine-stored/escape", test_escape);
  g_test_add_func ("/machine-stored/same", test_same);
  g_test_add_func ("/machine-stored/different", test_different);
  g_test_add_func ("/machine-stored/uuid", test_uuid);
  return g_test_run ();
}
