/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "nb-chain-elsewhere.h"

/* local, accelerated, native, offered, configured, running, pending, live, proof, processor, kvm */
#define NA NB_PROOF_NOT_ASKED
#define U  NB_TRISTATE_UNKNOWN
#define N  NB_TRISTATE_NO
#define Y  NB_TRISTATE_YES
#define SET_UP                                                                                                         \
  {                                                                                                                    \
    TRUE, TRUE, TRUE, Y, Y, TRUE, N, Y, NB_PROOF_NOT_ASKED                                                             \
  }

static void
test_table (void)
{
  static const struct
  {
    const char *name;
    NbVerdict host;
    NbChainMachine machine;
    const char *verdict;
    const char *step;
  } cases[] = {
    { "all is well", NB_VERDICT_READY, SET_UP, "can-run-vms", NULL },
    { "proven", NB_VERDICT_SLOW, { TRUE, TRUE, TRUE, Y, Y, TRUE, N, Y, NB_PROOF_READY }, "can-run-vms", NULL },
    { "until restart is on", NB_VERDICT_UNTIL_RESTART, SET_UP, "can-run-vms", NULL },
    { "nested off", NB_VERDICT_OFF_BUSY, { TRUE, TRUE, TRUE, N, Y, TRUE, N, Y }, "host-not-ready", "nested" },
    { "firmware", NB_VERDICT_FIRMWARE_OFF, SET_UP, "host-not-ready", "firmware" },
    { "no KVM", NB_VERDICT_KVM_NOT_LOADED, SET_UP, "host-not-ready", "kvm" },
    { "a VM itself", NB_VERDICT_INSIDE_VM, SET_UP, "host-not-ready", "processor" },
    { "no hardware", NB_VERDICT_NO_HARDWARE, SET_UP, "impossible", "processor" },
    { "pvm", NB_VERDICT_VENDOR_UNSUPPORTED, SET_UP, "impossible", "nested" },
    { "emulated", NB_VERDICT_READY, { TRUE, FALSE, TRUE, Y, Y, TRUE, N, Y }, "impossible", "libvirt" },
    { "foreign", NB_VERDICT_READY, { TRUE, TRUE, FALSE, Y, Y, TRUE, N, Y }, "impossible", "libvirt" },
    { "not offered", NB_VERDICT_READY, { TRUE, TRUE, TRUE, N, Y, TRUE, N, Y }, "host-not-ready", "libvirt" },
    { "not set up", NB_VERDICT_READY, { TRUE, TRUE, TRUE, Y, N, TRUE, N, N }, "not-set-up", "configuration" },
    { "not set up, off", NB_VERDICT_OFF, { TRUE, TRUE, TRUE, Y, N, TRUE, N, N }, "host-not-ready", "nested" },
    { "pending", NB_VERDICT_READY, { TRUE, TRUE, TRUE, Y, Y, TRUE, Y, N }, "needs-restart", "running" },
    { "guest says no",
      NB_VERDICT_READY,
      { TRUE, TRUE, TRUE, Y, Y, TRUE, N, Y, NB_PROOF_NO },
      "needs-restart",
      "running" },
    { "shut off", NB_VERDICT_READY, { TRUE, TRUE, TRUE, Y, Y, FALSE, U, U }, "can-run-vms", NULL },
    { "offer unknown", NB_VERDICT_READY, { TRUE, TRUE, TRUE, U, Y, TRUE, N, Y }, "unproven", NULL },
    { "configuration unknown", NB_VERDICT_READY, { TRUE, TRUE, TRUE, Y, U, FALSE, U, U }, "unproven", NULL },
    { "offer unknown, proven",
      NB_VERDICT_READY,
      { TRUE, TRUE, TRUE, U, Y, TRUE, N, Y, NB_PROOF_READY },
      "can-run-vms",
      NULL },
    { "offer unknown, off", NB_VERDICT_OFF, { TRUE, TRUE, TRUE, U, Y, TRUE, N, Y }, "host-not-ready", "nested" },
    { "another hypervisor", NB_VERDICT_READY, { TRUE, FALSE, TRUE, Y, Y, TRUE, N, Y }, "impossible", "libvirt" },
    { "sealed",
      NB_VERDICT_OFF,
      { TRUE, TRUE, TRUE, N, Y, TRUE, N, Y, .refused = NB_REFUSAL_PROCESSOR, .seal = "sev" },
      "impossible",
      "configuration" },
    { "slow", NB_VERDICT_OFF, { TRUE, FALSE, TRUE, Y, Y, FALSE, U, U, .emulated = TRUE }, "can-run-slowly", "libvirt" },
    { "slow after a restart",
      NB_VERDICT_READY,
      { TRUE, FALSE, TRUE, Y, Y, TRUE, Y, N, .emulated = TRUE },
      "needs-restart",
      "running" },
    { "slow, not set up",
      NB_VERDICT_OFF,
      { TRUE, FALSE, TRUE, Y, N, TRUE, N, N, .emulated = TRUE },
      "not-set-up",
      "libvirt" },
    { "emulated and foreign",
      NB_VERDICT_READY,
      { TRUE, FALSE, FALSE, U, U, .emulated = TRUE },
      "impossible",
      "libvirt" },
    { "refused",
      NB_VERDICT_READY,
      { TRUE, TRUE, TRUE, Y, Y, .refused = NB_REFUSAL_PROCESSOR },
      "cannot-start",
      "start" },
    { "refused, off",
      NB_VERDICT_OFF,
      { TRUE, TRUE, TRUE, N, N, .refused = NB_REFUSAL_PROCESSOR },
      "cannot-start",
      "start" },
    { "no emulator",
      NB_VERDICT_OFF,
      { TRUE, TRUE, TRUE, U, Y, .refused = NB_REFUSAL_EMULATOR },
      "cannot-start",
      "libvirt" },
    { "refused and emulated",
      NB_VERDICT_READY,
      { TRUE, FALSE, TRUE, Y, Y, .emulated = TRUE, .refused = NB_REFUSAL_PROCESSOR },
      "cannot-start",
      "start" },
    { "KVM off",
      NB_VERDICT_KVM_NOT_LOADED,
      { TRUE, TRUE, TRUE, U, Y, .refused = NB_REFUSAL_KVM },
      "host-not-ready",
      "kvm" },
    { "KVM refused",
      NB_VERDICT_READY,
      { TRUE, TRUE, TRUE, U, Y, .refused = NB_REFUSAL_KVM },
      "cannot-start",
      "libvirt" },
    { "override", NB_VERDICT_READY, { TRUE, TRUE, TRUE, Y, Y, TRUE, N, Y, .override = "-cpu x" }, "unproven", NULL },
    { "override, off",
      NB_VERDICT_OFF,
      { TRUE, TRUE, TRUE, N, Y, FALSE, U, U, .override = "-cpu x" },
      "unproven",
      "nested" },
    { "override, proven",
      NB_VERDICT_READY,
      { TRUE, TRUE, TRUE, Y, N, TRUE, N, N, NB_PROOF_READY, .override = "-cpu x" },
      "can-run-vms",
      NULL },
    { "override, refuted",
      NB_VERDICT_READY,
      { TRUE, TRUE, TRUE, Y, Y, TRUE, N, Y, NB_PROOF_NO, .override = "-cpu x" },
      "not-set-up",
      "running" },
    { "saved", NB_VERDICT_READY, { TRUE, TRUE, TRUE, Y, Y, FALSE, U, U, .saved = TRUE }, "needs-restart", "running" },
    { "saved, not set up",
      NB_VERDICT_READY,
      { TRUE, TRUE, TRUE, Y, N, FALSE, U, U, .saved = TRUE },
      "not-set-up",
      "configuration" },
    /* Another computer's steps are its libvirt's, whatever this one is like. */
    { "elsewhere", NB_VERDICT_NO_HARDWARE, { FALSE, TRUE, TRUE, Y, Y, TRUE, N, Y, NA, U, Y }, "can-run-vms", NULL },
    { "nested off there",
      NB_VERDICT_READY,
      { FALSE, TRUE, TRUE, N, Y, TRUE, N, Y, NA, Y, Y },
      "host-not-ready",
      "nested" },
    { "no KVM there", NB_VERDICT_READY, { FALSE, TRUE, TRUE, U, Y, FALSE, U, U, NA, Y, N }, "host-not-ready", "kvm" },
    { "not told from there", NB_VERDICT_OFF, { FALSE, TRUE, TRUE, U, Y, TRUE, N, Y, NA, U, U }, "unproven", NULL },
    { "emulated there", NB_VERDICT_READY, { FALSE, FALSE, TRUE, Y, Y, TRUE, N, Y, NA, U, N }, "impossible", "kvm" },
    { "not set up there",
      NB_VERDICT_OFF,
      { FALSE, TRUE, TRUE, Y, N, TRUE, N, N, NA, U, Y },
      "not-set-up",
      "configuration" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      NbChain chain;

      g_test_message ("%s", cases[i].name);
      nb_chain_decide (&chain, cases[i].host, &cases[i].machine);
      g_assert_cmpstr (nb_machine_verdict_get_id (chain.verdict), ==, cases[i].verdict);
      g_assert_cmpstr (chain.broken == -1 ? NULL : nb_link_get_id ((NbLink) chain.broken), ==, cases[i].step);
    }
}

/* A shut-off machine's last links wait; another computer's host links are unknown, or good once its libvirt offers it. */
static void
test_states (void)
{
  NbChainMachine machine = SET_UP;
  NbChain chain;

  machine.running = FALSE;
  machine.live = NB_TRISTATE_UNKNOWN;
  nb_chain_decide (&chain, NB_VERDICT_READY, &machine);
  g_assert_cmpint (chain.states[NB_LINK_RUNNING], ==, NB_LINK_STATE_WAITING);
  g_assert_cmpint (chain.states[NB_LINK_PROOF], ==, NB_LINK_STATE_WAITING);

  machine.local = FALSE;
  machine.offered = machine.processor = machine.kvm = NB_TRISTATE_UNKNOWN;
  nb_chain_decide (&chain, NB_VERDICT_OFF, &machine);
  for (int i = NB_LINK_PROCESSOR; i <= NB_LINK_NESTED; i++)
    g_assert_cmpint (chain.states[i], ==, NB_LINK_STATE_UNKNOWN);
  machine.offered = NB_TRISTATE_YES;
  nb_chain_decide (&chain, NB_VERDICT_OFF, &machine);
  for (int i = NB_LINK_PROCESSOR; i <= NB_LINK_NESTED; i++)
    g_assert_cmpint (chain.states[i], ==, NB_LINK_STATE_GOOD);
  machine.offered = NB_TRISTATE_NO;
  nb_chain_decide (&chain, NB_VERDICT_READY, &machine);
  g_assert_cmpint (chain.states[NB_LINK_KVM], ==, NB_LINK_STATE_GOOD);
  g_assert_cmpint (chain.states[NB_LINK_NESTED], ==, NB_LINK_STATE_BROKEN);
  g_assert_cmpint (chain.states[NB_LINK_LIBVIRT], ==, NB_LINK_STATE_WAITING);

  /* What software emulation offers says nothing about the computer. */
  machine.accelerated = FALSE;
  machine.offered = NB_TRISTATE_YES;
  nb_chain_decide (&chain, NB_VERDICT_READY, &machine);
  g_assert_cmpint (chain.states[NB_LINK_KVM], ==, NB_LINK_STATE_UNKNOWN);
  machine.kvm = NB_TRISTATE_NO;
  machine.processor = NB_TRISTATE_YES;
  nb_chain_decide (&chain, NB_VERDICT_READY, &machine);
  g_assert_cmpint (chain.states[NB_LINK_PROCESSOR], ==, NB_LINK_STATE_GOOD);
  g_assert_cmpint (chain.states[NB_LINK_FIRMWARE], ==, NB_LINK_STATE_UNKNOWN);
  g_assert_cmpint (chain.states[NB_LINK_NESTED], ==, NB_LINK_STATE_WAITING);
}

static void
assert_commands (const NbChainMachine *machine, NbCpuVendor vendor, const char *expected)
{
  NbChain chain;
  g_auto (GStrv) commands = NULL;
  g_autofree char *joined = NULL;

  nb_chain_decide (&chain, NB_VERDICT_OFF, machine);
  commands = nb_chain_dup_commands (&chain, machine, vendor);
  joined = g_strjoinv ("\n", commands);
  g_assert_cmpstr (joined, ==, expected);
}

/* What a person types on another computer. */
static void
test_commands (void)
{
  NbChainMachine machine = { FALSE, TRUE, TRUE, N, Y, TRUE, N, Y, NA, Y, Y };

  assert_commands (&machine, NB_CPU_VENDOR_AMD,
                   "cat /sys/module/kvm_amd/parameters/nested\n"
                   "echo 'options kvm_amd nested=1' | sudo tee /etc/modprobe.d/kvm-nested.conf\n"
                   "sudo modprobe -r kvm_amd && sudo modprobe kvm_amd");
  machine.offered = U;
  assert_commands (&machine, NB_CPU_VENDOR_INTEL, "cat /sys/module/kvm_intel/parameters/nested");
  assert_commands (&machine, NB_CPU_VENDOR_UNKNOWN, "grep . /sys/module/kvm*/parameters/nested");
  machine.kvm = N;
  assert_commands (&machine, NB_CPU_VENDOR_INTEL, "sudo modprobe kvm_intel\nsudo dmesg | grep -i kvm");
  machine.offered = Y;
  assert_commands (&machine, NB_CPU_VENDOR_INTEL, "");
  machine.local = TRUE;
  machine.offered = N;
  assert_commands (&machine, NB_CPU_VENDOR_INTEL, "");
}

/* Every verdict of the computer gives every link a text, and at most one link of the host's is broken. */
static void
test_every_verdict (void)
{
  for (int host = 0; host <= NB_VERDICT_UNKNOWN; host++)
    for (int running = 0; running < 2; running++)
      for (int configured = -1; configured <= 1; configured++)
        {
          NbChainMachine machine = SET_UP;
          NbChain chain;
          guint broken = 0;

          machine.running = running;
          machine.configured = (NbTristate) configured;
          machine.live = NB_TRISTATE_UNKNOWN;
          nb_chain_decide (&chain, (NbVerdict) host, &machine);
          for (int i = 0; i < NB_N_LINKS; i++)
            {
              g_autofree char *text = nb_chain_dup_link_text (&chain, (NbLink) i, (NbVerdict) host, &machine);

              g_assert_nonnull (text);
              g_assert_nonnull (nb_link_get_title ((NbLink) i));
              broken += i <= NB_LINK_NESTED && chain.states[i] == NB_LINK_STATE_BROKEN;
            }
          g_assert_cmpuint (broken, <=, 1);
          g_assert_nonnull (nb_machine_verdict_get_title (chain.verdict));
        }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chain/table", test_table);
  g_test_add_func ("/chain/states", test_states);
  g_test_add_func ("/chain/commands", test_commands);
  g_test_add_func ("/chain/every-verdict", test_every_verdict);

  return g_test_run ();
}
