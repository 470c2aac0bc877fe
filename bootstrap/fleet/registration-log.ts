/** Whether Nomad's log says of the agent's last start that its client was refused. */
export function refused(log: string): boolean {
  const start = log.lastIndexOf('==> Starting Nomad agent')
  return start >= 0 && /\[ERROR\]\s+client: error registering/.test(log.slice(start))
}
