import type { FederationOptions } from './options.ts';

/** Whether queries may ask an address; without options, none. */
export async function mayAsk(federation: FederationOptions | undefined, address: string): Promise<boolean> {
  if (!federation) return false;
  const { guardAddresses } = await import('./remote-address.ts');
  try {
    guardAddresses(federation).check(address);
    return true;
  } catch {
    return false;
  }
}
