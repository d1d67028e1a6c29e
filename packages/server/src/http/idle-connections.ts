/**
 * Connections without a request cost memory and file handles. When there are many, the longest idle ones make room, so
 * that whoever opens thousands keeps nobody else from being answered.
 */
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

const IDLE_MAX = 500;

export class IdleConnections {
  /** The longest idle first. */
  readonly #idle = new Set<Socket>();

  opened(socket: Socket): void {
    this.#add(socket);
    socket.once("close", () => this.#idle.delete(socket));
  }

  asked(socket: Socket, response: ServerResponse): void {
    this.#idle.delete(socket);
    response.once("close", () => {
      if (!socket.destroyed) this.#add(socket);
    });
  }

  #add(socket: Socket): void {
    this.#idle.add(socket);
    if (this.#idle.size <= IDLE_MAX) return;
    for (const oldest of this.#idle) {
      this.#idle.delete(oldest);
      oldest.destroy();
      return;
    }
  }
}
