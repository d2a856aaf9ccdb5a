/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "nb-cpu-config.h"

G_BEGIN_DECLS

/**
 * NbConnectionHost:
 * @processor: whether its processor has vmx or svm
 * @kvm: whether its libvirt can run machines with KVM
 * @vendor: whose processor it is
 *
 * What a connection's libvirt says of the computer that it runs on: all that can be known of another one.
 */
typedef struct
{
  NbTristate processor;
  NbTristate kvm;
  NbCpuVendor vendor;
} NbConnectionHost;

void nb_connection_host_read (NbConnectionHost *host,
                              const char       *capabilities);

G_END_DECLS
