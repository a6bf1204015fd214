// One admin connection, made when first needed and made anew after any failure.
import type { Admin } from 'kafkajs';

export type AdminConnection = {
  /** Runs `work` with a connected admin; rejects with what it or the connection rejects with. */
  use<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** A failed admin is dropped, not reused: kafkajs remembers every topic it was asked for and fails on all once one is gone. */
export function adminConnection(create: () => Admin): AdminConnection {
  let current: Promise<Admin> | null = null;

  async function drop(connection: Promise<Admin>): Promise<void> {
    if (current === connection) current = null;
    await connection.then((admin) => admin.disconnect()).catch(() => undefined);
  }

  return {
    async use(work) {
      const connection = (current ??= connected(create()));
      try {
        return await work(await connection);
      } catch (error) {
        await drop(connection);
        throw error;
      }
    },
    async close() {
      if (current !== null) await drop(current);
    },
  };
}

async function connected(admin: Admin): Promise<Admin> {
  await admin.connect();
  return admin;
}
