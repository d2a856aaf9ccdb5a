/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into a GTK 4 program: when its first frame is drawn; and, where $NB_BENCH_MACHINES says how many machines it
 * lists, when they are there, then from top to bottom, then a search. */

#include <gtk/gtk.h>
#include <stdlib.h>

#include "loop.h"

#define FRAMES   400
#define SEARCH   "machine-777"
#define QUIET_MS 1500

static GtkWidget *window;
static GtkListView *list;
static guint n_machines;
static guint n_frames;
static guint n_typed;
static double scroll_to;

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static guint
count (void)
{
  GtkSelectionModel *model = gtk_list_view_get_model (list);

  return model != NULL ? g_list_model_get_n_items (G_LIST_MODEL (model)) : 0;
}

static gboolean
done_cb (gpointer data)
{
  nb_bench_phase ("clear");
  nb_bench_log ("done", 0);

  return G_SOURCE_REMOVE;
}

static gboolean
found_cb (gpointer data)
{
  nb_bench_phase ("search");
  nb_bench_log ("found", count ());
  gtk_editable_set_text (GTK_EDITABLE (find (window, GTK_TYPE_SEARCH_ENTRY)), "");
  g_timeout_add (QUIET_MS, done_cb, NULL);

  return G_SOURCE_REMOVE;
}

static gboolean
type_cb (gpointer data)
{
  int position = (int) n_typed;

  /* As typed: setting the whole text empties it first, which is a search of its own. */
  gtk_editable_insert_text (GTK_EDITABLE (find (window, GTK_TYPE_SEARCH_ENTRY)), &SEARCH[n_typed], 1, &position);
  if (SEARCH[++n_typed] != '\0')
    return G_SOURCE_CONTINUE;

  g_timeout_add (QUIET_MS, found_cb, NULL);

  return G_SOURCE_REMOVE;
}

static gboolean
scrolled_cb (gpointer data)
{
  nb_bench_phase ("scroll");
  /* Slower than the delay of a search entry, so that every letter is a search. */
  g_timeout_add (300, type_cb, NULL);

  return G_SOURCE_REMOVE;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (widget));

  if (n_frames == 0)
    scroll_to = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  gtk_adjustment_set_value (adjustment, scroll_to * ++n_frames / FRAMES);
  if (n_frames < FRAMES)
    return G_SOURCE_CONTINUE;

  nb_bench_log ("bottom", (gint64) gtk_adjustment_get_value (adjustment));
  g_timeout_add (QUIET_MS, scrolled_cb, NULL);

  return G_SOURCE_REMOVE;
}

static gboolean
settled_cb (gpointer data)
{
  nb_bench_phase ("settle");
  gtk_widget_add_tick_callback (GTK_WIDGET (list), tick_cb, NULL, NULL);

  return G_SOURCE_REMOVE;
}

static void
look_for_machines (void)
{
  if (list == NULL)
    list = GTK_LIST_VIEW (find (window, GTK_TYPE_LIST_VIEW));
  if (list == NULL || count () < n_machines)
    return;

  nb_bench_log ("listed", count ());
  nb_bench_phase ("list");
  nb_bench_each_loop (NULL);
  g_timeout_add (QUIET_MS, settled_cb, NULL);
}

static void
painted_cb (GdkFrameClock *clock)
{
  static gboolean was_painted;

  if (was_painted)
    return;
  was_painted = TRUE;
  nb_bench_log ("frame", nb_bench_get_work ());
  if (getenv ("NB_BENCH_QUIT") != NULL)
    exit (EXIT_SUCCESS);
  if (n_machines > 0)
    nb_bench_each_loop (look_for_machines);
}

static void
look_for_window (void)
{
  GListModel *windows = gtk_is_initialized () ? gtk_window_get_toplevels () : NULL;

  if (window != NULL || windows == NULL || g_list_model_get_n_items (windows) == 0)
    return;
  window = g_list_model_get_item (windows, 0);
  if (gtk_widget_get_frame_clock (window) != NULL)
    g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), NULL);
  else
    g_clear_object (&window);
}

__attribute__ ((constructor)) static void
start (void)
{
  if (getenv ("NB_BENCH_LOG") == NULL)
    return;
  n_machines = (guint) atoi (getenv ("NB_BENCH_MACHINES") != NULL ? getenv ("NB_BENCH_MACHINES") : "0");
  nb_bench_each_loop (look_for_window);
}
