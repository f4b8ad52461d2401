/** A message from the network is invalid: the receiver disconnects the sender and goes on. */
export class BadMessage extends Error {}
