export const policyTypes = ["cancellation", "reschedule", "recurring"] as const;
export type PolicyType = (typeof policyTypes)[number];

/** How many days the figures of the overview are of. */
export const overviewDays = [7, 30, 90] as const;

export const callbackTabs = ["all", "mine", "unassigned", "overdue", "urgent", "today", "completed"] as const;

export const callbackPriorities = ["urgent", "high", "normal"] as const;

export const channels = ["email", "sms", "whatsapp", "push"] as const;
export type Channel = (typeof channels)[number];

export const notificationTabs = ["matrix", "templates", "dry-run", "deliveries"] as const;

export const deliveryStatuses = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "bounced",
  "failed",
  "skipped",
  "expired",
  "superseded",
  "unknown",
] as const;

export const appointmentStatuses = [
  "pending",
  "scheduled",
  "confirmed",
  "booked",
  "in_progress",
  "completed",
  "cancelled",
  "no_show",
] as const;

export const directoryKinds = ["branches", "services", "staff", "customers"] as const;
export type DirectoryKind = (typeof directoryKinds)[number];

export const webhookTabs = ["endpoints", "deliveries"] as const;
export const webhookStatuses = ["queued", "sending", "delivered", "failed"] as const;
