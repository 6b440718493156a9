# Draws frontier-uplink.svg and frontier-uplink.pdf from frontier-uplink.dat: gnuplot frontier-uplink.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 860,535 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 8.6in,5.4in font "Helvetica,9"
  }
  set output "frontier-uplink.".format
  set multiplot
  set lmargin at screen 0.0791; set rmargin at screen 0.4826
  set tmargin at screen 0.9252; set bmargin at screen 0.4393
  set title "partition iid"
  set xlabel "bytes of all updates" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [615.3846153846154:114518976.0]; set xtics ("1 kB" 1000, "10 kB" 10000, "100 kB" 100000, "1 MB" 1000000, "10 MB" 10000000, "100 MB" 100000000)
  plot 0.36450000000000005 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-uplink.dat" index 0 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-uplink.dat" index 0 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-uplink.dat" index 1 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-uplink.dat" index 2 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "eden", \
    "frontier-uplink.dat" index 3 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "topk + errorFeedback 0.9", \
    "frontier-uplink.dat" index 4 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9", \
    "frontier-uplink.dat" index 5 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "powersgd", \
    "frontier-uplink.dat" index 6 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "pca + quantise 8"
  set lmargin at screen 0.5791; set rmargin at screen 0.9826
  set tmargin at screen 0.9252; set bmargin at screen 0.4393
  set title "partition dirichlet"
  set xlabel "bytes of all updates" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [130425.12820512819:114518976.0]; set xtics ("300 kB" 300000, "1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000, "100 MB" 100000000)
  plot 0.2788333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-uplink.dat" index 7 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-uplink.dat" index 7 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-uplink.dat" index 8 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-uplink.dat" index 9 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "eden", \
    "frontier-uplink.dat" index 10 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "topk + errorFeedback 0.9", \
    "frontier-uplink.dat" index 11 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9", \
    "frontier-uplink.dat" index 12 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "powersgd"
  set lmargin at screen 0.0000; set rmargin at screen 1.0000
  set tmargin at screen 0.3271; set bmargin at screen 0.0000
  unset border; unset tics; unset grid; unset title; unset xlabel; unset ylabel; unset logscale
  set xrange [0:1]; set yrange [0:1]; set offsets 0, 0, 0, 0
  set key center center vertical Left reverse samplen 1.5 maxrows 8
  plot NaN with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    NaN with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    NaN with points pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    NaN with points pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "eden", \
    NaN with points pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "topk + errorFeedback 0.9", \
    NaN with points pointtype 9 pointsize 0.7 linecolor rgb "#009E73" title "stc + transform cosine + errorFeedback 0.9", \
    NaN with points pointtype 13 pointsize 0.7 linecolor rgb "#CC79A7" title "powersgd", \
    NaN with points pointtype 11 pointsize 0.7 linecolor rgb "#E69F00" title "pca + quantise 8"
  set border 3 linewidth 0.8; set tics nomirror out scale 0.5; set xtics; set ytics
  set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
  unset multiplot
}
unset output
