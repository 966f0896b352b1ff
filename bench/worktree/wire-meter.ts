import { connect, createServer, type Server, type Socket } from "node:net";

/** A door in front of a server that counts what goes through it, in both directions. */
export class WireMeter {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #bytes = 0;

  private constructor(target: number) {
    this.#server = createServer((near) => {
      const far = connect(target, "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on("data", (chunk: Buffer) => {
          this.#bytes += chunk.length;
        });
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.#sockets.delete(from);
          to.end();
        });
        from.pipe(to);
      }
    });
  }

  /** Opens a door to a port of this computer. */
  static async open(target: number): Promise<WireMeter> {
    const meter = new WireMeter(target);
    await new Promise<void>((resolve) => {
      meter.#server.listen(0, "127.0.0.1", resolve);
    });
    return meter;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Bytes since this was asked for the last time. */
  take(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }
}
