/** The signals that processes of the server know. */
export type ServerSignal = (typeof serverSignals)[number];

/**
 * Those without a meaning yet are listened to as well: by default HUP and USR2 end a process, TTIN and TTOU halt it and
 * USR1 opens Node's inspector, and operators send them out of habit with other servers.
 */
const serverSignals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGTTIN", "SIGTTOU", "SIGUSR1", "SIGUSR2"] as const;

/** Calls the listener for every signal and returns a function that ends this. */
export function listenToSignals(listener: (signal: ServerSignal) => void): () => void {
  for (const signal of serverSignals) process.on(signal, listener);
  return () => {
    for (const signal of serverSignals) process.removeListener(signal, listener);
  };
}
