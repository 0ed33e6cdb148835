/** What the lesson of the Linux Virtual Server answers. `--json` prints it as it is. */

/** A server behind the director, by `ipvsadm -L --stats`: connections that it was given, and packets that passed the director in each direction. */
interface LessonServer {
  name: string;
  address: string;
  weight: number;
  connections: number;
  packetsIn: number;
  packetsOut: number;
}

/** One scheduler at work. */
export interface LessonSide {
  scheduler: string;
  /** Address and port of the service, or its firewall mark. Absent where nothing was measured. */
  service?: string;
  servers: LessonServer[];
  why: string;
  /** What to know before it is used so. */
  warning?: string;
  /** Connections that got no answer, or one of another server than the kernel has counted. */
  failed: number;
}

export interface LessonCommand {
  /** director, client, web-1 … */
  on: string;
  command: string;
}

export interface Lesson {
  mode: string;
  load: string;
  connections: number;
  weights: number[];
  sides: LessonSide[];
  /** The way of a connection's packets, drawn. */
  packets: string[];
  /** Addresses of the first connection, as the server that answered it saw them. */
  seen?: { server: string; source: string; destination: string };
  /** What was run on the machines, in this order. */
  commands: LessonCommand[];
  /** False: explained, not measured. */
  measured: boolean;
}
