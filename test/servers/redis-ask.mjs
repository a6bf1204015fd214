// One question to a Redis on loopback, without a client.
import { connect } from 'node:net';

/**
 * Sends one inline command; resolves with the raw answer, rejects with an error reply.
 * @param {number} port
 * @param {string} command
 * @returns {Promise<string>}
 */
export function ask(port, command) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(`${command}\r\n`));
    socket.setTimeout(2000, () => socket.destroy(new Error(`no answer to ${command}`)));
    socket.once('data', (data) => {
      socket.destroy();
      const answer = String(data);
      if (answer.startsWith('-')) reject(new Error(answer.trim()));
      else resolve(answer);
    });
    socket.once('error', reject);
  });
}
