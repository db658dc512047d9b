export const policyTypes = ["cancellation", "reschedule", "recurring"] as const;
export type PolicyType = (typeof policyTypes)[number];

export const callbackTabs = ["all", "mine", "unassigned", "overdue", "urgent", "today", "completed"] as const;

export const channels = ["email", "sms", "whatsapp", "push"] as const;
export type Channel = (typeof channels)[number];

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
