/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into libvirtd by pretend-kvm. libvirt compares a machine's <cpu> with what QEMU offers and with this computer's own
 * processor, which it asks by CPUID. Here it is the processor of the file that NB_PRETEND_PROCESSOR names, so that a test has the
 * same answer on every computer. The two functions are libvirt's own, private ones: virsh's capabilities show whether they
 * are still called so. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef int (*ParseFunc) (const char *xml, int type, void **cpu, int validate);

void *virCPUGetHost (int arch, int type, void *node, void *models);
void *virCPUProbeHost (int arch);

#define TYPE_HOST 0

static void *
parse (int type)
{
  ParseFunc func = (ParseFunc) dlsym (RTLD_NEXT, "virCPUDefParseXMLString");
  const char *path = getenv ("NB_PRETEND_PROCESSOR");
  FILE *file = path != NULL ? fopen (path, "r") : NULL;
  char features[65536] = "";
  char xml[66000];
  void *cpu = NULL;

  if (func == NULL || file == NULL)
    abort ();
  features[fread (features, 1, sizeof features - 1, file)] = '\0';
  fclose (file);
  snprintf (xml, sizeof xml, type == TYPE_HOST ? "<cpu><arch>x86_64</arch>%s</cpu>" : "<cpu match='exact'>%s</cpu>",
            features);
  if (func (xml, type, &cpu, 0) < 0)
    abort ();
  return cpu;
}

void *
virCPUGetHost (int arch, int type, void *node, void *models)
{
  return parse (type);
}

void *
virCPUProbeHost (int arch)
{
  return parse (TYPE_HOST);
}
