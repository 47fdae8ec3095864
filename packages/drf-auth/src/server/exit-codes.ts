/** Says with which code a process of the server ends, and so what the process above it does about it. */
export const exitCodes = Object.freeze({
  /** Stopped by an operator. */
  ok: 0,
  /** A worker crashed or could not boot (the arbiter tries again), or the server could not listen. */
  failure: 1,
  /** The first workers never became ready. */
  neverReady: 3,
  /** The application could not be loaded: trying again cannot help. */
  notLoaded: 4,
  /** The application is misconfigured (EX_CONFIG of sysexits.h): trying again cannot help. */
  misconfigured: 78,
});
