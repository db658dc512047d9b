import type { Migration } from "./migration.ts";
import { companies } from "./migrations/0001-companies.ts";
import { branches } from "./migrations/0002-branches.ts";
import { services } from "./migrations/0003-services.ts";
import { staff } from "./migrations/0004-staff.ts";
import { serviceStaff } from "./migrations/0005-service-staff.ts";
import { branchService } from "./migrations/0006-branch-service.ts";
import { customers } from "./migrations/0007-customers.ts";
import { appointments } from "./migrations/0008-appointments.ts";
import { users } from "./migrations/0009-users.ts";
import { notificationConfigurations } from "./migrations/0010-notification-configurations.ts";
import { policyConfigurations } from "./migrations/0011-policy-configurations.ts";
import { callbackRequests } from "./migrations/0012-callback-requests.ts";
import { appointmentModifications } from "./migrations/0013-appointment-modifications.ts";
import { callbackEscalations } from "./migrations/0014-callback-escalations.ts";
import { appointmentModificationStats } from "./migrations/0015-appointment-modification-stats.ts";
import { companySettings } from "./migrations/0016-company-settings.ts";
import { companyLocks } from "./migrations/0017-company-locks.ts";
import { policyVersions } from "./migrations/0018-policy-versions.ts";
import { bookingSnapshots } from "./migrations/0019-booking-snapshots.ts";
import { policyDecisions } from "./migrations/0020-policy-decisions.ts";
import { domainEvents } from "./migrations/0021-domain-events.ts";
import { idempotencyKeys } from "./migrations/0022-idempotency-keys.ts";
import { apiKeys } from "./migrations/0023-api-keys.ts";
import { roleGrants } from "./migrations/0050-role-grants.ts";
import { businessCalendars } from "./migrations/0051-business-calendars.ts";
import { calendarSnapshots } from "./migrations/0052-calendar-snapshots.ts";
import { callbackSettings } from "./migrations/0053-callback-settings.ts";
import { escalationLadders } from "./migrations/0054-escalation-ladders.ts";
import { callbackDesks } from "./migrations/0055-callback-desks.ts";
import { callbackTransitions } from "./migrations/0056-callback-transitions.ts";
import { callbackRuns } from "./migrations/0057-callback-runs.ts";
import { callbackRecounts } from "./migrations/0058-callback-recounts.ts";
import { pendingEvents } from "./migrations/0060-pending-events.ts";
import { notificationSettings } from "./migrations/0061-notification-settings.ts";
import { notificationTemplates } from "./migrations/0062-notification-templates.ts";
import { notificationPreferences } from "./migrations/0063-notification-preferences.ts";
import { providerAccounts } from "./migrations/0064-provider-accounts.ts";
import { pushSubscriptions } from "./migrations/0065-push-subscriptions.ts";
import { notificationReminders } from "./migrations/0066-notification-reminders.ts";
import { notificationDeliveries } from "./migrations/0067-notification-deliveries.ts";
import { notificationAttempts } from "./migrations/0068-notification-attempts.ts";
import { operatorAlerts } from "./migrations/0069-operator-alerts.ts";
import { webhookEndpoints } from "./migrations/0090-webhook-endpoints.ts";
import { webhookDeliveries } from "./migrations/0091-webhook-deliveries.ts";
import { webhookAttempts } from "./migrations/0092-webhook-attempts.ts";
import { auditLog } from "./migrations/0093-audit-log.ts";
import { auditActors } from "./migrations/0094-audit-actors.ts";
import { auditHeads } from "./migrations/0095-audit-heads.ts";
import { appointmentSettings } from "./migrations/0100-appointment-settings.ts";
import { appointmentReservations } from "./migrations/0101-appointment-reservations.ts";
import { appointmentReadings } from "./migrations/0102-appointment-readings.ts";
import { appointmentSightings } from "./migrations/0103-appointment-sightings.ts";
import { authUsers } from "./migrations/0110-auth-users.ts";
import { authSessions } from "./migrations/0111-auth-sessions.ts";
import { authAccounts } from "./migrations/0112-auth-accounts.ts";
import { authVerifications } from "./migrations/0113-auth-verifications.ts";
import { authTwoFactors } from "./migrations/0114-auth-two-factors.ts";
import { authFailures } from "./migrations/0115-auth-failures.ts";
import { modificationsByTime } from "./migrations/0120-modifications-by-time.ts";

/** Every migration ever shipped, in order. A shipped one is never edited; a new one goes at the end. */
export const migrations: readonly Migration[] = [
  companies,
  branches,
  services,
  staff,
  serviceStaff,
  branchService,
  customers,
  appointments,
  users,
  notificationConfigurations,
  policyConfigurations,
  callbackRequests,
  appointmentModifications,
  callbackEscalations,
  appointmentModificationStats,
  companySettings,
  companyLocks,
  policyVersions,
  bookingSnapshots,
  policyDecisions,
  domainEvents,
  idempotencyKeys,
  apiKeys,
  roleGrants,
  businessCalendars,
  calendarSnapshots,
  callbackSettings,
  escalationLadders,
  callbackDesks,
  callbackTransitions,
  callbackRuns,
  callbackRecounts,
  pendingEvents,
  notificationSettings,
  notificationTemplates,
  notificationPreferences,
  providerAccounts,
  pushSubscriptions,
  notificationReminders,
  notificationDeliveries,
  notificationAttempts,
  operatorAlerts,
  webhookEndpoints,
  webhookDeliveries,
  webhookAttempts,
  auditLog,
  auditActors,
  auditHeads,
  appointmentSettings,
  appointmentReservations,
  appointmentReadings,
  appointmentSightings,
  authUsers,
  authSessions,
  authAccounts,
  authVerifications,
  authTwoFactors,
  authFailures,
  modificationsByTime,
];
