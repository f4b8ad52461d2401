/** Something came over the network that makes no sense: a reason to part from who sent it, and to go on. */
export class BadMessage extends Error {}
