/** Says that a graph holds something that a format has no way to say. */
export class NotExpressible extends Error {}
