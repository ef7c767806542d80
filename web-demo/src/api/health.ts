export interface Health {
  readonly region: string;
  readonly version: string;
}

/** What the service says of itself; throws where it does not answer. */
export async function getHealth(): Promise<Health> {
  const response = await fetch('/health', { cache: 'no-store' });
  if (!response.ok) {
    throw new Error(`the service is not well: ${response.status}`);
  }
  return (await response.json()) as Health;
}
