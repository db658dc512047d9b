import type { Said, Words } from "./explain.ts";

type Moving = Pick<Said, "moving">;
const verb = ({ moving }: Moving) => (moving ? "move" : "cancel");
const done = ({ moving }: Moving) => (moving ? "moved" : "cancelled");
const noun = ({ moving }: Moving) => (moving ? "Moving" : "Cancelling");
const from = ({ level }: Said) => `Rule: ${level}.`;
const times = (count: number) => ["never", "once", "twice"][count] ?? `${count} times`;
const appointments = (count: number) => (count === 1 ? "one appointment" : `${count} appointments`);
const callback = "If you like, we will gladly call you back.";

function staffCost(said: Said): string {
  if (said.waived !== null) return `Fee: ${said.fee}, waived: ${said.waived}.`;
  if (said.priceUnknown) return `Fee: none, since no price is on file (rule: ${said.level}).`;
  if (said.business) return "Fee: none, since the business is acting.";
  if (said.inGrace) return "Fee: none, within the grace period after booking.";
  return `Fee: ${said.free ? "none" : said.fee} (rule: ${said.level}).`;
}

function staffAllowed(said: Said): string {
  const how = said.forced
    ? "forced as an exception to the rule"
    : said.business
      ? "allowed to the business"
      : "allowed";
  return `${noun(said)} is ${how}. Notice given: ${said.left}, needed: ${said.hours} (rule: ${said.noticeLevel}). ${staffCost(said)}`;
}

function customerAllowed(said: Said): string {
  if (said.business) return `We can ${verb(said)} this appointment on our side. It is free of charge for you.`;
  const start = said.forced ? "We are happy to make an exception: you" : "You";
  if (said.priceUnknown) {
    return `${start} can ${verb(said)} this appointment. There is no fee, as no price is on file.`;
  }
  return `${start} can ${verb(said)} this appointment ${said.free ? "free of charge" : `for a fee of ${said.fee}`}.`;
}

function voiceAllowed(said: Said): string {
  if (said.business) return `We can ${verb(said)} it on our side. It costs you nothing.`;
  const start = said.forced ? "Yes, we can make an exception." : "Yes, that works.";
  if (said.priceUnknown) return `${start} ${noun(said)} costs nothing, as no price is on file.`;
  return `${start} ${noun(said)} costs ${said.free ? "nothing" : said.fee}.`;
}

/** Texts in English. */
export const english: Words = {
  locale: "en-GB",
  hour: ["hour", "hours"],
  cent: ["cent", "cents"],
  moment: (date, time) => `${date} at ${time}`,
  levels: { staff: "staff member", service: "service", branch: "branch", company: "company", system: "system default" },
  texts: {
    allowed: { customer: customerAllowed, staff: staffAllowed, voice: voiceAllowed },
    alreadyCancelled: {
      customer: (said) =>
        said.moving
          ? "This appointment has already been cancelled, so it cannot be moved. Please book a new one."
          : "This appointment has already been cancelled. There is nothing more you need to do.",
      staff: (said) => `Status cancelled: ${noun(said)} is not possible.`,
      voice: (said) =>
        said.moving
          ? "That appointment is already cancelled. Would you like to book a new one?"
          : "That appointment is already cancelled. There is nothing more to do.",
    },
    alreadyCompleted: {
      customer: (said) =>
        `This appointment has already taken place, so you can no longer ${verb(said)} it. If you have any questions, please call us.`,
      staff: (said) => `Status completed: ${noun(said)} is not possible.`,
      voice: (said) => `It has already taken place, so I can no longer ${verb(said)} it.`,
    },
    alreadyNoShow: {
      customer: (said) =>
        `This appointment is recorded as missed, so you can no longer ${verb(said)} it. If that is not right, please contact us.`,
      staff: (said) => `Status no-show: ${noun(said)} is not possible.`,
      voice: (said) => `It is recorded as missed, so I can no longer ${verb(said)} it.`,
    },
    alreadyStarted: {
      customer: (said) => `This appointment has already begun, so you can no longer ${verb(said)} it. Please call us.`,
      staff: (said) => `The appointment has already begun: ${noun(said)} is now only possible for the business.`,
      voice: (said) => `It has already begun, so I can no longer ${verb(said)} it.`,
    },
    actorNotAllowed: {
      customer: (said) =>
        `This account may not ${verb(said)} appointments on behalf of the business. Please contact our team.`,
      staff: (said) => `${noun(said)} is not allowed: the permission to act for the business is missing.`,
      voice: (said) => `I may not ${verb(said)} it on behalf of the business. Please ask our team.`,
    },
    callerUnverified: {
      customer: (said) =>
        `Unfortunately we could not confirm your details, so we may not ${verb(said)} any appointment. ${callback}`,
      staff: (said) => `Caller not verified: ${noun(said)} is not possible. Please offer a callback.`,
      voice: (said) => `I could not confirm your details, so I may not ${verb(said)} anything. Shall we call you back?`,
    },
    noticeTooShort: {
      customer: (said) =>
        `This appointment needs ${said.hours} of notice. You could ${verb(said)} it until ${said.latest}. ${callback}`,
      staff: (said) =>
        `${noun(said)} comes too late: ${said.hours} of notice needed, ${said.left} left. It was possible until ${said.latest}. ${from(said)}`,
      voice: (said) =>
        `This appointment needs ${said.hours} of notice, so I can no longer ${verb(said)} it. Shall we call you back?`,
    },
    sameDayNotAllowed: {
      customer: (said) => `Unfortunately you cannot ${verb(said)} this appointment on the day itself. ${callback}`,
      staff: (said) => `${noun(said)} on the same calendar day is not allowed, ${said.left} left. ${from(said)}`,
      voice: (said) => `I cannot ${verb(said)} it on the day itself. Shall we call you back?`,
    },
    appointmentLimitReached: {
      customer: (said) =>
        said.used === 0
          ? `Unfortunately you cannot ${verb(said)} this appointment. ${callback}`
          : `This appointment has already been moved ${times(said.used)}, which is the most we can offer. ${callback}`,
      staff: (said) =>
        `Limit per appointment reached: ${said.used} of ${said.limit} ${said.limit === 1 ? "move" : "moves"}. ${from(said)}`,
      voice: (said) =>
        said.used === 0
          ? `I am afraid I cannot ${verb(said)} this appointment. Shall we call you back?`
          : `It has already been moved ${times(said.used)}, and more is not possible. Shall we call you back?`,
    },
    quotaExceeded: {
      customer: (said) =>
        said.limit === 0
          ? `At present you cannot ${verb(said)} appointments yourself. ${callback}`
          : `Within ${said.days} days you can ${verb(said)} at most ${appointments(said.limit)}, and you have reached that limit. ${callback}`,
      staff: (said) =>
        `Quota used up (${noun(said).toLowerCase()}): ${said.used} of ${said.limit} in ${said.days} days. ${from(said)}`,
      voice: (said) =>
        said.limit === 0
          ? `At present I cannot ${verb(said)} appointments. Shall we call you back?`
          : `You have already ${done(said)} ${appointments(said.used)} within ${said.days} days, and more is not possible. Shall we call you back?`,
    },
    reasonRequired: {
      customer: (said) => `Please give us a reason if you would like to ${verb(said)} this appointment.`,
      staff: (said) =>
        `${noun(said)} needs a reason. ${said.business ? "It always does when the business is acting." : from(said)}`,
      voice: (said) => `Why would you like to ${verb(said)} it?`,
    },
    slotTaken: {
      customer: () => "Unfortunately this time has just been taken. Please choose another one.",
      staff: () => "The requested time is already occupied. Please choose another time.",
      voice: () => "That time is already taken, I am afraid. Would another one suit you?",
    },
    illegalTransition: {
      customer: (said) => `You cannot ${verb(said)} this appointment in its current state. Please call us.`,
      staff: (said) => `${noun(said)} is not possible in the appointment's current status.`,
      voice: (said) => `As it stands, I cannot ${verb(said)} it.`,
    },
    partialCancelNotAllowed: {
      customer: (said) =>
        `You cannot ${verb(said)} single appointments of this series, only the whole series. ${callback}`,
      staff: (said) => `${noun(said)} single appointments of the series is not allowed.`,
      voice: (said) => `I cannot ${verb(said)} single appointments of the series, only all of them.`,
    },
    seriesNoticeTooShort: {
      customer: (said) => `Unfortunately it is too late to ${verb(said)} the whole series. ${callback}`,
      staff: (said) => `${noun(said)} comes too late: the notice for the whole series is too short.`,
      voice: (said) => `I am afraid it is too late to ${verb(said)} the whole series.`,
    },
    tooFewOccurrencesLeft: {
      customer: (said) =>
        `You cannot ${verb(said)} that many appointments of this series, as too few would be left. ${callback}`,
      staff: (said) => `${noun(said)} is not possible: fewer than the minimum of the series would be left.`,
      voice: (said) => `I cannot ${verb(said)} that many. Too few of the series would be left.`,
    },
  },
};
