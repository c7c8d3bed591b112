package io.sandboximage.daytona;

import io.sandboximage.testkit.daytona.DaytonaEmulator;
import java.time.Duration;

/** A client of an emulator, in the emulator's time. */
final class EmulatedDaytona {
    private EmulatedDaytona() {}

    static DaytonaClient client(DaytonaEmulator emulator) {
        return builder(emulator).apiKey("dtn_test").build();
    }

    static DaytonaClientBuilder builder(DaytonaEmulator emulator) {
        return DaytonaClient.builder()
                .baseUrl(emulator.url())
                .time(emulator.clock(), emulator.clock()::sleep)
                .logGrace(Duration.ofMillis(200));
    }
}
