import type { Said, Words } from "./explain.ts";

const verb = ({ moving }: Said) => (moving ? "move" : "cancel");
const done = ({ moving }: Said) => (moving ? "moved" : "cancelled");
const noun = ({ moving }: Said) => (moving ? "Moving" : "Cancelling");
const from = ({ level }: Said) => `Rule: ${level}`;

function cost(said: Said): string {
  if (said.priceUnknown) return "free of charge, since no price is on file";
  return said.free ? "free of charge" : `for a fee of ${said.fee}`;
}

/** Texts in English. */
export const english: Words = {
  locale: "en-GB",
  hour: ["hour", "hours"],
  levels: { staff: "staff member", service: "service", branch: "branch", company: "company", system: "system default" },
  texts: {
    allowed: {
      customer: (said) => `You can ${verb(said)} this appointment ${cost(said)}.`,
      staff: (said) =>
        `${noun(said)} is ${said.forced ? "forced outside the policy" : said.business ? "allowed to the business" : "allowed"}, ${cost(said)}. Notice: ${said.left}. ${from(said)}.`,
      voice: (said) => `That is fine, your appointment will be ${done(said)} ${cost(said)}.`,
    },
    alreadyCancelled: {
      customer: (said) => `This appointment is cancelled already; there is nothing left to ${verb(said)}.`,
      staff: (said) => `Status cancelled: ${noun(said)} is not possible.`,
      voice: (said) => `It is cancelled already, so there is nothing to ${verb(said)}.`,
    },
    alreadyCompleted: {
      customer: (said) => `This appointment has taken place; it is too late to ${verb(said)} it.`,
      staff: (said) => `Status completed: ${noun(said)} is not possible.`,
      voice: (said) => `It has taken place already, so I cannot ${verb(said)} it.`,
    },
    alreadyNoShow: {
      customer: (said) =>
        `This appointment is noted as missed; you cannot ${verb(said)} it any more. Please contact us.`,
      staff: (said) => `Status no-show: ${noun(said)} is not possible.`,
      voice: (said) => `It is noted as missed, so I cannot ${verb(said)} it.`,
    },
    alreadyStarted: {
      customer: (said) => `This appointment has begun; you cannot ${verb(said)} it online any more. Please call us.`,
      staff: (said) => `The appointment has begun: ${noun(said)} is left to the business.`,
      voice: (said) => `It has begun already, so I cannot ${verb(said)} it.`,
    },
    actorNotAllowed: {
      customer: (said) =>
        `This access may not ${verb(said)} appointments on behalf of the business. Please ask our team.`,
      staff: (said) => `The permission to act for the business is missing (${verb(said)}).`,
      voice: (said) => `I may not ${verb(said)} that on behalf of the business.`,
    },
    callerUnverified: {
      customer: (said) =>
        `We could not confirm that this appointment is yours, so we may not ${verb(said)} it. We will gladly call you back.`,
      staff: (said) => `Caller not verified: ${noun(said)} is not possible, a callback is.`,
      voice: (said) => `I could not confirm who you are, so I may not ${verb(said)} it. Shall we call you back?`,
    },
    noticeTooShort: {
      customer: (said) =>
        `This appointment needs ${said.hours} of notice. You could ${verb(said)} it until ${said.latest}. We will gladly call you back.`,
      staff: (said) => `${noun(said)} comes too late: ${said.hours} needed, ${said.left} left. ${from(said)}.`,
      voice: (said) =>
        `This appointment needs ${said.hours} of notice, so I cannot ${verb(said)} it any more. Shall we call you back?`,
    },
    sameDayNotAllowed: {
      customer: () => "On the day itself the appointment cannot be moved any more. We will gladly call you back.",
      staff: (said) => `Moving on the same calendar day is not allowed. ${from(said)}.`,
      voice: () => "On the day itself I cannot move it any more. Shall we call you back?",
    },
    appointmentLimitReached: {
      customer: (said) =>
        `This appointment has been moved ${said.used} times, which is the most there is. We will gladly call you back.`,
      staff: (said) => `Limit per appointment reached: ${said.used} of ${said.limit} moves. ${from(said)}.`,
      voice: (said) => `It has been moved ${said.used} times, and more is not possible.`,
    },
    quotaExceeded: {
      customer: (said) =>
        `Within ${said.days} days you can ${verb(said)} at most ${said.limit} appointments, and that number is reached. We will gladly call you back.`,
      staff: (said) =>
        `Quota used up: ${said.used} of ${said.limit} in ${said.days} days (${verb(said)}). ${from(said)}.`,
      voice: (said) =>
        `You have ${done(said)} ${said.used} appointments within ${said.days} days, and more is not possible.`,
    },
    reasonRequired: {
      customer: (said) => `Please give a reason to ${verb(said)} this appointment.`,
      staff: (said) => `${noun(said)} needs a reason. ${from(said)}.`,
      voice: (said) => `Why would you like to ${verb(said)} it?`,
    },
    slotTaken: {
      customer: () => "This time has been taken meanwhile. Please choose another one.",
      staff: () => "The staff member has an appointment at that time already.",
      voice: () => "That time is taken already. Would another one suit you?",
    },
    illegalTransition: {
      customer: (said) => `As it stands you cannot ${verb(said)} this appointment. Please contact us.`,
      staff: (said) => `The appointment's status does not allow it (${verb(said)}).`,
      voice: (said) => `As it stands I cannot ${verb(said)} it.`,
    },
    partialCancelNotAllowed: {
      customer: () => "No single appointment of this series can be cancelled. You can cancel the whole series.",
      staff: () => "Cancelling part of a series is not allowed.",
      voice: () => "I cannot cancel single appointments of this series, only all of them.",
    },
    seriesNoticeTooShort: {
      customer: () => "It is too late to cancel the whole series. We will gladly call you back.",
      staff: () => "The notice for the whole series is too short.",
      voice: () => "It is too late for the whole series, I am afraid.",
    },
    tooFewOccurrencesLeft: {
      customer: () => "Too few appointments of this series would be left. We will gladly call you back.",
      staff: () => "Fewer than the minimum of the series would be left.",
      voice: () => "Too few appointments of the series would be left, so I cannot do that.",
    },
  },
};
