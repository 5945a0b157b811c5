import { connect } from "node:net";

/** What comes back for bytes as they are, until the other side ends or has been quiet for a while. */
export function rawSaid(
  { host, port }: { readonly host: string; readonly port: number },
  bytes: string,
  withinMs = 500,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let text = "";
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(withinMs, done);
    socket.on("data", (more) => {
      text += more.toString("latin1");
    });
    socket.on("end", done).on("error", done);
    socket.write(bytes, "latin1");
  });
}
