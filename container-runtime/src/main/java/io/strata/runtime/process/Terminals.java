package io.strata.runtime.process;

import io.strata.runtime.errors.EngineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Says the size of a terminal to the conmon that holds it. */
final class Terminals {
    /** What a terminal can have (struct winsize). */
    private static final int MOST = 65535;

    private Terminals() {}

    static void resize(Path folder, int rows, int columns) throws IOException {
        if (rows < 0 || columns < 0 || rows > MOST || columns > MOST) {
            throw new EngineException.InvalidInput("invalid terminal size: " + rows + " x " + columns);
        }
        byte[] line = ("1 " + rows + " " + columns + "\n").getBytes(StandardCharsets.US_ASCII);
        int control = Kernel.open(folder.resolve("ctl").toString(), Kernel.O_WRONLY | Kernel.O_NONBLOCK);
        try {
            Kernel.writeFully(control, line, 0, line.length);
        } finally {
            Kernel.close(control);
        }
    }
}
