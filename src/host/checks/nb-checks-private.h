/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-check.h"
#include "nb-inspector.h"

G_BEGIN_DECLS

/**
 * NbFinding:
 *
 * What one function of the table found. Detail says what there is, hint what that means and what to do. Static texts
 * are N_() strings, translated when the check is made; @detail_text wins over @detail.
 */
typedef struct {
  NbLevel level;
  const char *detail;
  char *detail_text;
  const char *hint;
  char *command;
  NbRemedy remedy;
} NbFinding;

/**
 * NbCheckFunc:
 * @argument: (nullable): from the table
 * @finding: (inout): a pass without words, to be filled in
 *
 * Returns: %FALSE where the question has no meaning on this computer
 */
typedef gboolean NbCheckFunc (NbInspector *inspector,
                              const char  *argument,
                              NbFinding   *finding);

/* nb-finding.c */
void nb_finding_set            (NbFinding  *self,
                                NbLevel     level,
                                const char *detail,
                                const char *hint);
void nb_finding_set_unreadable (NbFinding  *self,
                                GError     *error);

/* nb-checks-kvm.c */
NbCheckFunc nb_checks_virtualization;
NbCheckFunc nb_checks_kvm_module;
NbCheckFunc nb_checks_kvm_device;
NbCheckFunc nb_checks_kvm_access;
NbCheckFunc nb_checks_kvm_permissions;
NbCheckFunc nb_checks_kvm_hv;
NbCheckFunc nb_checks_rival;

/* nb-checks-groups.c */
NbCheckFunc nb_checks_kvm_group;
NbCheckFunc nb_checks_libvirt_group;

/* nb-checks-log.c */
NbCheckFunc nb_checks_kvm_log;

/* nb-checks-config.c */
NbCheckFunc nb_checks_config_lines;

/* nb-checks-nesting.c */
NbCheckFunc nb_checks_hypervisor;
NbCheckFunc nb_checks_proof;
NbCheckFunc nb_checks_slat;
NbCheckFunc nb_checks_shadow_vmcs;
NbCheckFunc nb_checks_huge_pages;
NbCheckFunc nb_checks_ignore_msrs;
NbCheckFunc nb_checks_virt_at_load;

/* nb-checks-devices.c */
NbCheckFunc nb_checks_vhost_net;
NbCheckFunc nb_checks_tun;

/* nb-checks-cgroup.c */
NbCheckFunc nb_checks_cgroup;
NbCheckFunc nb_checks_cgroup_containers;

/* nb-checks-iommu.c */
NbCheckFunc nb_checks_iommu;
NbCheckFunc nb_checks_iommu_enabled;

/* nb-checks-security.c */
NbCheckFunc nb_checks_secure_guests;
NbCheckFunc nb_checks_sev_feature;
NbCheckFunc nb_checks_access_control;

/* nb-checks-denials.c */
NbCheckFunc nb_checks_denials;

/* nb-checks-services.c */
NbCheckFunc nb_checks_libvirt;
NbCheckFunc nb_checks_libvirt_parts;
NbCheckFunc nb_checks_virtlogd;

/* nb-checks-containers.c */
NbCheckFunc nb_checks_kernel;
NbCheckFunc nb_checks_namespace;
NbCheckFunc nb_checks_fuse;

/* For nb-checks-security.c and nb-checks-denials.c */
typedef enum {
  NB_GUARD_NONE,
  NB_GUARD_APPARMOR,
  NB_GUARD_SELINUX,
  NB_GUARD_SELINUX_PERMISSIVE,
} NbGuard;

NbGuard      nb_checks_get_guard      (NbInspector *inspector);

/* For nb-checks-kvm.c and nb-checks-groups.c */
typedef enum {
  NB_MEMBERSHIP_UNKNOWN,
  NB_MEMBERSHIP_NO_GROUP,
  NB_MEMBERSHIP_NO,
  NB_MEMBERSHIP_AFTER_LOGIN, /* /etc/group says so, this session does not know yet */
  NB_MEMBERSHIP_YES,
} NbMembership;

NbMembership nb_checks_get_membership (NbInspector *inspector,
                                       const char  *group,
                                       GError     **error);
NbTristate   nb_checks_kvm_usable     (NbInspector *inspector,
                                       GError     **error);

G_END_DECLS
