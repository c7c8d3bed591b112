package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.registry.server.Client.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlobRangeTest extends BothStorages {
    private String path;

    @BeforeEach
    void push() {
        path = "/v2/acme/app/blobs/" + client.pushBlob("acme/app", "0123456789");
    }

    @Test
    void partsAreServed() {
        assertRange("bytes=2-4", "234", "bytes 2-4/10");
        assertRange("bytes=7-", "789", "bytes 7-9/10");
        assertRange("bytes=7-100", "789", "bytes 7-9/10");
        assertRange("bytes=-3", "789", "bytes 7-9/10");
        assertRange("bytes=-100", "0123456789", "bytes 0-9/10");
        assertRange("bytes=0-0", "0", "bytes 0-0/10");
    }

    @Test
    void headTellsWhatGetWouldSend() {
        Answer part = client.head(path, "Range", "bytes=2-4").assertStatus(206);
        assertThat(part.header("Content-Length")).isEqualTo("3");
        Answer whole = client.head(path).assertStatus(200);
        assertThat(whole.header("Content-Length")).isEqualTo("10");
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
    }

    @Test
    void rangeBehindTheEndIsRefused() {
        for (String range : new String[] {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999999999999999-"}) {
            Answer answer = client.get(path, "Range", range).assertStatus(416);
            assertThat(answer.header("Content-Range")).isEqualTo("bytes */10");
        }
    }

    @Test
    void whatCannotBeUnderstoodIsIgnored() {
        for (String range : new String[] {"bytes=4-2", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4", "bytes=-"}) {
            assertThat(client.get(path, "Range", range).assertStatus(200).text())
                    .isEqualTo("0123456789");
        }
    }

    private void assertRange(String range, String content, String contentRange) {
        Answer answer = client.get(path, "Range", range).assertStatus(206);
        assertThat(answer.text()).isEqualTo(content);
        assertThat(answer.header("Content-Range")).isEqualTo(contentRange);
    }
}
